"""Judges, each with exchanges that must pass, that must fail, and that give nothing to judge on."""
