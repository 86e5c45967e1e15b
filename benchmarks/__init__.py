"""What is measured, against what, printed as ratios of the same run."""
