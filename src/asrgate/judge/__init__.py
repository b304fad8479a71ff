"""Judges: pure functions from exchanges to findings, one module per family of requirements."""
