"""What a submission of the tiny assignment is asked."""
