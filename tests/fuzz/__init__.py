"""Tests of generated sessions."""
