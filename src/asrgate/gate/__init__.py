"""The regression gate: is a new deployment worse than the one before? Pure functions over run records."""
