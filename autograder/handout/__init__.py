"""What students receive, rendered from the one source and proved free of the solution.

Comes in: an assignment. Goes out: the handout's files by path. Nothing of a solution's body, of a
hidden check or of the machine that built it is ever among them.
"""
