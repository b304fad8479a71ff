"""Tests of the run record and what renders it."""
