"""What runs on the far side: the zygote, the worker forked from it, and the wire they speak.

Comes in: bytes over a pipe. Goes out: numbered replies. No secret is ever here, since whatever is
loaded beside a student's code is open to it.
"""
