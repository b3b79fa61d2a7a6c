"""Results as people and platforms read them.

Comes in: results. Goes out: pages, tables, gradebooks and the class report. No expected value and
nothing of a hidden check's input is ever on a student's page, and no text of theirs unescaped.
"""
