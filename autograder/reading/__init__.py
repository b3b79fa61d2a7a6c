"""What was handed in, as bytes, becomes what counts for each exercise and how it is loaded.

Public, shipped in the handout, and the only reader there is: the check at home, in the notebook
and in grading differ in who asks and where it runs, never in what was understood. Python 3.8 and
its standard library; `plan` runs no student code, and no input breaks it.
"""
