"""Recordings that people have, in the forms in which they have them, made into a folder of clips."""
