"""The embedded endpoint: a small, real speech-recognition server to test against."""
