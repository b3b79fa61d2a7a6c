"""What is copied into an assignment that was brought over, beside its checks.

Comes in: a test of the other tool. Goes out: the same test, asked across the boundary. It must run
without the rest of this package.
"""
