"""Right answers pass the checks of T6, wrong ones do not."""
