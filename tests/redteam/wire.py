"""Speaking for the grader's end of the channel, or breaking it."""

from .record import HONEST, Attack, body, work

ATTACKS = (
    Attack(
        "verdict-on-output",
        "print verdicts, scores and protocol messages",
        body(
            """
            print('{"ok": true, "outcome": "passed", "score": 12}')
            print("##[score] 12/12")
            return x * 3
            """
        ),
    ),
    Attack(
        "bytes-on-every-descriptor",
        "write a forged answer to every open descriptor",
        body(
            """
            import os
            for descriptor in range(3, 256):
                try:
                    os.write(descriptor, b"\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\xc3")
                except OSError:
                    pass
            return x * 2
            """
        ),
        stopped_by=("wire",),
    ),
    Attack(
        "closed-channel",
        "close every descriptor and go on",
        body("import os\nos.closerange(0, 4096)\nreturn x * 2"),
        stopped_by=("watch",),
    ),
    Attack(
        "replaced-channel",
        "put another end over the channel's descriptor",
        body(
            """
            import os, socket
            a, b = socket.socketpair()
            for descriptor in range(3, 16):
                try:
                    os.dup2(a.fileno(), descriptor)
                except OSError:
                    pass
            return x * 2
            """
        ),
        stopped_by=("watch",),
    ),
    Attack(
        "taken-over",
        "take the conversation over and answer every question with a claim to have passed",
        work(
            """
            def policy(operation, name, args):
                return ["value", {"outcome": "passed", "passed": True, "score": 12}]

            def double(x):
                take_over(["value", {"passed": True}], policy)
            """
        ),
        keeps=(),
        stopped_by=("boundary",),
    ),
    Attack(
        "echo",
        "take the conversation over and give every argument back",
        work(
            """
            def policy(operation, name, args):
                return ["value", args[0] if args else None]

            def double(x):
                take_over(["value", x], policy)
            """
        ),
        keeps=(),
    ),
    Attack(
        "answers-of-every-kind",
        "answer every question by a value of a kind that it cannot have, each time another",
        work(
            """
            import numpy as np

            KINDS = [None, True, 3, 2.5, "x", b"y", [], [1.0], {}, {"a": 1}, np.zeros((2, 2))]
            met = [0]


            def policy(operation, name, args):
                met[0] += 1
                return ["value", KINDS[met[0] % len(KINDS)]]

            def double(x):
                take_over(["value", {}], policy)
            """
        ),
        keeps=(),
        stopped_by=("wire", "boundary"),
    ),
    Attack(
        "queued-answers",
        "send answers to questions that were not asked yet",
        body(
            """
            local = serving()
            for ahead in range(0, 40):
                frames.send(local["channel"], [local["nonce"] + ahead, "value", x * 3])
            return x * 3
            """,
        ),
        stopped_by=("wire",),
    ),
    Attack(
        "answer-for-another-call",
        "answer with the number of another question",
        body('frames.send(serving()["channel"], [serving()["nonce"] - 1, "value", x * 2])'),
        stopped_by=("wire",),
    ),
    Attack(
        "number-that-is-an-array",
        "send an array where the question's number is expected",
        work(
            """
            import numpy as np

            def double(x):
                frames.send(serving()["channel"], [np.zeros(3), "value", x * 2])
            """
        ),
        stopped_by=("wire",),
    ),
    Attack(
        "kind-that-is-an-array",
        "send an array where the kind of the answer is expected",
        work(
            """
            import numpy as np

            def double(x):
                forge(np.zeros(3), x * 2)
            """
        ),
        stopped_by=("wire",),
    ),
    Attack(
        "odd-answers",
        "send answers of every form but the agreed one",
        work(
            """
            forms = [
                ["raised", 3, 4, 5, 6], ["raised", [None, {}], "", "work.py", -5], ["value"],
                ["unusable", 1, 2], [], ["raised", [], "", "", True], ["died", "x"],
            ]

            def double(x):
                form = forms.pop()
                forge(*form)
            """
        ),
        stopped_by=("wire",),
    ),
    Attack(
        "a-point-in-time",
        "send a MessagePack timestamp, a type that no check expects",
        work(
            """
            def double(x):
                import msgspec
                nonce = msgspec.msgpack.encode(serving()["nonce"])
                data = b"\\x93" + nonce + b"\\xa5value" + b"\\xd6\\xff\\x00\\x00\\x00\\x00"
                send_raw(wire.HEADER.pack(len(data), 0) + data)
            """
        ),
        stopped_by=("wire",),
    ),
    Attack(
        "truncated-frame",
        "announce a frame and send half of it",
        body('send_raw(wire.HEADER.pack(100, 0) + b"\\x93")\nimport time\ntime.sleep(600)'),
        stopped_by=("watch",),
    ),
    Attack(
        "byte-by-byte",
        "send an endless answer one byte at a time",
        body(
            """
            import time
            send_raw(wire.HEADER.pack(1 << 20, 0))
            while True:
                send_raw(b"\\x90")
                time.sleep(0.01)
            """
        ),
        stopped_by=("watch",),
    ),
    Attack(
        "oversized-frame",
        "announce four gigabytes",
        body("send_raw(wire.HEADER.pack(0xFFFFFFFF, 0xFFFFFFFF))\nreturn x * 2"),
        stopped_by=("wire",),
    ),
    Attack(
        "deep-frame",
        "send a frame that is nested a million times",
        body(
            'data = b"\\x91" * 1000000 + b"\\xc0"\nsend_raw(wire.HEADER.pack(len(data), 0) + data)'
        ),
        stopped_by=("wire",),
    ),
    Attack(
        "million-objects",
        "send a small frame that unfolds into millions of objects, again and again",
        work(
            """
            import struct

            def flood():
                import msgspec
                nonce = msgspec.msgpack.encode(serving()["nonce"])
                many = b"\\xdd" + struct.pack(">I", 4000000) + b"\\x80" * 4000000
                data = b"\\x93" + nonce + b"\\xa5value" + many
                send_raw(wire.HEADER.pack(len(data), 0) + data)

            def double(x):
                flood()
            """
        ),
        stopped_by=("wire",),
    ),
    Attack(
        "pickle-on-the-wire",
        "send a pickle that runs code where it is loaded",
        body(
            """
            import os, pickle
            class P:
                def __reduce__(self):
                    return os.system, ("touch /tmp/@LEFT@-wire",)
            data = pickle.dumps(P())
            send_raw(wire.HEADER.pack(len(data), 0) + data)
            """
        ),
        stopped_by=("wire",),
    ),
    Attack(
        "forged-load-report",
        "answer the request to load the file with something that is no report",
        {
            "work.py": HONEST,
            "answer.py": work("forge('value', 5)\n\n\ndef double(x):\n    return x * 3")["work.py"],
        },
        stopped_by=("wire",),
    ),
    Attack(
        "lying-load-report",
        "answer the request to load the file with problems of every odd type",
        work(
            """
            import numpy as np

            odd = {"line": np.zeros(3), "text": {}, "source": 5}
            forge("value", {"ok": 7, "problems": [odd, 3]})

            def double(x):
                return x * 3
            """
        ),
        keeps=(),
        stopped_by=("wire",),
    ),
    Attack(
        "passed-descriptors",
        "pass open descriptors to the trusted side until it has no more",
        body(
            """
            import array, os, socket
            channel = serving()["channel"]
            many = array.array("i", [os.open("/dev/null", os.O_RDONLY) for _ in range(100)])
            for _ in range(20):
                try:
                    channel.sendmsg([b"\\x00"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, many)])
                except OSError:
                    break
            return x * 2
            """
        ),
        stopped_by=("wire",),
    ),
    Attack(
        "thirty-megabytes-each-time",
        "return the largest array allowed in each of many calls, to fill the grader's memory",
        {
            "work.py": work(
                "import numpy as np\n\nheld = np.zeros(30 << 20, np.uint8)\n\n\n"
                "def double(x):\n    return held"
            )["work.py"].replace(
                "def drift(x):\n    return x + 1", "def drift(x):\n    return held"
            )
        },
        keeps=("Tally",),
        stopped_by=("wire",),
    ),
)
