"""Tests of what is sampled beside a load."""
