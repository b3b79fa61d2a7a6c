"""A folder under `solutions/`, read and validated.

Comes in: the folder. Goes out: frozen records of the manifest, the reference, checks, mistakes and
alternatives, or every fault with its file and line. Nothing of a student's is ever read here.
"""
