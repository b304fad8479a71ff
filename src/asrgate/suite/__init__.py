"""The pytest plug-in: plans the scenarios that collected checks need, drives each once, collects findings."""
