"""Tests of the fault proxy and of the faults."""
