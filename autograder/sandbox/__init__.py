"""The boundary: student code runs in a confined process and is asked questions.

Comes in: the bytes of a submission, and questions. Goes out: plain values, decoded under caps.
Expected values never enter, and nothing that comes back is unpickled, imported or evaluated.
"""
