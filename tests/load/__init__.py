"""Tests of the Locust file."""
