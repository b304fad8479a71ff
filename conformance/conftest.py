"""The conformance suite. `pytest conformance --endpoint URL` and `asrgate check URL` are the same run."""

pytest_plugins = (
    "asrgate.suite.plugin",
    "exchanges.configurations",
    "exchanges.connections",
    "exchanges.framings",
    "exchanges.hostile",
    "exchanges.speech",
    "exchanges.texts",
    "features",
)
