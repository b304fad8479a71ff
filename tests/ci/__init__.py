"""Tests of what runs asrgate in pipelines."""
