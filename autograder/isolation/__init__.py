"""What keeps a process apart from the machine it runs on: layers, tiers, and their refusal.

Comes in: what this machine can do. Goes out: a tier, and a process that is confined by it. It
knows nothing of submissions, checks or grades.
"""
