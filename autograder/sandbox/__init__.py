"""The boundary, from the trusted side: a confined worker is started, asked, bounded and ended.

Comes in: the bytes of a submission, and questions. Goes out: plain values, decoded under caps.
Expected values never enter, and nothing that comes back is unpickled, imported or evaluated.
"""
