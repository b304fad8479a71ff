"""The embedded endpoint: recogniser, layers, voices, processes and sockets."""
