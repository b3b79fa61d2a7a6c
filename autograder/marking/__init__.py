"""The local page on which a person gives the points that only a person can give.

Comes in: results and who may mark. Goes out: marks, each with its time. No page is served to
another machine, and nobody's mark is replaced in silence.
"""
