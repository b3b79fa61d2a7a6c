"""The front door: platforms that run a grader of their own get ours behind their interface."""
