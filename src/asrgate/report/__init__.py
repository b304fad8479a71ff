"""The run record and what renders it."""
