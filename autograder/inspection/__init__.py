"""What an author wrote, looked over before it is built or proved.

Comes in: an assignment's folder. Goes out: all faults at once, each with file, line and column.
None of it but the imports of the checks is run, and no fault ever ends in a traceback.
"""
