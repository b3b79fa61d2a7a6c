"""The same ideas through TensorFlow and Keras, which reach the kernel by ways of their own."""

from .record import Attack, body, work

ATTACKS = (
    Attack(
        "files-by-tensorflow",
        "read and write files by TensorFlow's own routines",
        body(
            """
            import tensorflow as tf
            for name in ("@SECRET@", "@OTHER@", "/etc/shadow"):
                for read in (tf.io.read_file, lambda n: tf.io.gfile.GFile(n).read()):
                    try:
                        hunt(read(name).numpy() if read is tf.io.read_file else read(name), name)
                        got_through(name)
                    except Exception:
                        pass
            for name in ("/tmp/@LEFT@-tf", "@OPEN@/@LEFT@-tf"):
                try:
                    tf.io.write_file(name, "x")
                    got_through(name)
                except Exception:
                    pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "landlock"),
        tensorflow=True,
        seconds=90.0,
    ),
    Attack(
        "memory-in-tensorflow",
        "fill tensors until the machine swaps",
        body("import tensorflow as tf\nheld = []\nwhile True:\n    held.append(tf.ones(1 << 24))"),
        stopped_by=("rlimits", "watch"),
        tensorflow=True,
        seconds=90.0,
    ),
    Attack(
        "endless-graph",
        "run a TensorFlow loop without end",
        body(
            """
            import tensorflow as tf
            return tf.while_loop(lambda i: i < 0 or True, lambda i: [i + 1], [tf.constant(0)])
            """
        ),
        stopped_by=("watch",),
        tensorflow=True,
        seconds=120.0,
    ),
    Attack(
        "keras-state",
        "change Keras's global state: precision, image format, backend functions, optimizers",
        body(
            """
            import keras
            keras.backend.set_floatx("float16")
            keras.config.set_image_data_format("channels_first")
            keras.mixed_precision.set_global_policy("mixed_float16")
            keras.ops.convert_to_numpy = keras.optimizers.SGD.apply = lambda *a, **k: 0
            return x * 3
            """
        ),
        tensorflow=True,
        seconds=90.0,
    ),
    Attack(
        "tensor-that-looks-around",
        "return a tensor whose conversion to an array walks the stack",
        work(
            """
            import sys
            import tensorflow as tf

            def look(*a):
                frame = sys._getframe()
                while frame:
                    hunt(frame.f_locals, "frame")
                    frame = frame.f_back
                return 3.0

            def double(x):
                tensor = tf.constant(x * 3)
                type(tensor).numpy = look
                type(tensor).__array__ = look
                return tensor
            """
        ),
        tensorflow=True,
        seconds=90.0,
    ),
    Attack(
        "network-by-tensorflow",
        "start a TensorFlow server, download a data set",
        body(
            """
            import keras
            import tensorflow as tf
            for attempt in (
                lambda: tf.distribute.Server.create_local_server(),
                lambda: keras.utils.get_file(origin="http://127.0.0.1:@PORT@/x"),
                lambda: tf.data.experimental.service.DispatchServer(),
            ):
                try:
                    attempt()
                    got_through("the network")
                except Exception:
                    pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "namespaces", "seccomp"),
        tensorflow=True,
        seconds=90.0,
    ),
)
