"""Grade deep-learning labs from one reference solution, behind one boundary, in one pipeline."""

__version__ = "0.1.0"
