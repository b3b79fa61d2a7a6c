"""The local page on which a person gives the points that only a person can give."""
