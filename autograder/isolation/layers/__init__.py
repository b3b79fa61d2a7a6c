"""The layers that a process puts around itself, each from the kernel's own calls.

Comes in: limits and folders. Goes out: a process that is confined, or an error that says which
layer failed. It runs on the far side as well, alone: it imports nothing but the standard library.
"""
