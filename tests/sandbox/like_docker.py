"""Run a command under what Docker forbids by default: namespaces, mounts, most capabilities.

    python like_docker.py [--no-landlock] PROGRAM ARGUMENT ...

An approximation of its seccomp profile as far as it matters to isolation. Without Landlock it is
that of a kernel before 5.13.
"""

import errno
import os
import struct
import sys

from autograder.isolation.layers import kernel, seccomp
from autograder.isolation.layers import refused_calls as calls

column = 0 if os.uname().machine == "x86_64" else 1
allow, refuse, absent = 0x7FFF0000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
code = [(0x20, 0, 0, 0)]
for name in ("unshare", "setns", "mount", "umount2", "pivot_root", "fsopen", "open_tree", "bpf"):
    code += [(0x15, 0, 1, calls.DENIED[name][column]), (0x06, 0, 0, refuse)]
if sys.argv[1] == "--no-landlock":
    del sys.argv[1]
    for number in (444, 445, 446):
        code += [(0x15, 0, 1, number), (0x06, 0, 0, absent)]
code += [(0x15, 0, 1, calls.ABSENT["clone3"][column]), (0x06, 0, 0, absent)]
code += [(0x15, 0, 3, calls.JUDGED["clone"][column]), (0x20, 0, 0, 16)]
code += [(0x45, 0, 1, 0x7E020000), (0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
if os.getuid() == 0:
    kept = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
    for capability in set(range(41)) - kept:
        kernel.LIBC.prctl(kernel.PR_CAPBSET_DROP, capability, 0, 0, 0)
seccomp.install(b"".join(struct.pack("=HBBI", *step) for step in code))
os.execv(sys.argv[1], sys.argv[1:])
