"""The conformance suite. `pytest conformance --endpoint URL` and `asrgate check URL` are the same run."""

pytest_plugins = (
    "asrgate.suite.plugin",
    "exchanges.configurations",
    "exchanges.connections",
    "exchanges.ends",
    "exchanges.framings",
    "exchanges.generated",
    "exchanges.hazards",
    "exchanges.hostile",
    "exchanges.load",
    "exchanges.mistyped",
    "exchanges.realtime",
    "exchanges.speech",
    "exchanges.texts",
    "features",
)
