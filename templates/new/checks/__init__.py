"""What every submission is asked."""
