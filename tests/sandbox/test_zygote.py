"""What the zygote prepares once for all workers."""

import pytest


@pytest.mark.slow
def test_variables_that_share_a_kernel_are_still_variables_of_their_own(alone):
    told = alone(
        """
        from tensorflow.python.ops import gen_resource_variable_ops as operations
        import keras, numpy
        from autograder.worker import zygote_process

        before = operations.var_handle_op
        zygote_process._share_variable_kernels()
        layers = [keras.layers.Dense(3, name=name) for name in ("one", "other")]
        outputs = [layer(numpy.ones((2, 4), "float32")).numpy() for layer in layers]
        kernels = [layer.kernel.numpy().copy() for layer in layers]
        layers[0].kernel.assign_add(numpy.ones((4, 3), "float32"))
        tell(
            exchanged=operations.var_handle_op is not before,
            names=[layer.kernel.path for layer in layers],
            drawn_alike=bool((kernels[0] == kernels[1]).all()),
            changed=bool((layers[0].kernel.numpy() == kernels[0] + 1).all()),
            untouched=bool((layers[1].kernel.numpy() == kernels[1]).all()),
            right=[bool(numpy.allclose(y, k.sum(0))) for y, k in zip(outputs, kernels)],
        )
        """
    )
    assert told == {
        "exchanged": True,
        "names": ["one/kernel", "other/kernel"],
        "drawn_alike": False,
        "changed": True,
        "untouched": True,
        "right": [True, True],
    }
