"""Another tool's assignment, brought over into a folder under `solutions/`.

Comes in: a master notebook or a folder of tests. Goes out: reference, checks, manifest and story,
with a report of what could not come. A test that asks nothing never becomes a check that pays.
"""
