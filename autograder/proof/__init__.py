"""Proof that an assignment is sound, through the ordinary pipeline.

Comes in: an assignment. Goes out: what each right and wrong answer got, and a list of what falls
short. What could not be tried is never read as a clean bill of health.
"""
