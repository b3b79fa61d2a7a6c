"""A class's run: who is graded next, what is kept, and what need not run again.

Comes in: entries and an assignment. Goes out: one result for each entry, in the store. A person is
never lost or merged here, and nothing that one hand-in holds may end or swell the run.
"""
