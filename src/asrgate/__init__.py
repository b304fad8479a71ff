"""asrgate: conformance, accuracy and load suite for FunASR speech-recognition deployments."""

__version__ = "0.1.0.dev0"
