"""Proof: the suite against every fault, and the matrix of what caught what."""
