"""What a platform exported, or a folder holds, as entries that each are one person's.

Comes in: a folder, an archive, tables of the platform. Goes out: entries, and a named leftover for
whatever is none. No path leads out of what was handed in, and nothing is skipped in silence.
"""
