"""Attacks on the grader, each a submission with the verdict it must get."""
