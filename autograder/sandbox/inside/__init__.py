"""What runs on the far side: the zygote, the worker, and the layers that confine it.

Comes in: bytes over a pipe. Goes out: numbered replies. No secret is ever here, since whatever is
loaded beside a student's code is open to it.
"""
