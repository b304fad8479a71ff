"""The recipe that makes the embedded endpoint's recogniser: speech, training, export, measurement."""
