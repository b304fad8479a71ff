"""Measurements: text normalisation, error rates and their statistics."""
