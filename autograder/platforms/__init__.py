"""Platforms that run a grader of their own get ours behind their interface.

Comes in: a platform's run, with its files and metadata. Goes out: results in the platform's form.
A fault of the grader is never a 0, and the platform's kernel never sees a hidden check.
"""
