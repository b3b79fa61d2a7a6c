"""One submission, asked every check.

Comes in: a bundle of files and an assignment. Goes out: outcomes, score, diagnosis and what may be
told of them, as typed data. Only a student's own outcome costs points; the grader's never does.
"""
