"""Faults: a proxy in front of a good endpoint that breaks one thing at a time."""
