"""What a student runs in the handout: the checks in terminal and notebook, packing, the doctor.

Comes in: the handout's folder. Goes out: verdicts of the public checks, and the zip to hand in.
It never knows a hidden check, and never reads a hand-in in a way of its own.
"""
