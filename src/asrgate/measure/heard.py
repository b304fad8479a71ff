"""What a session recognised, as text that can be written down."""

from asrgate.wire.dialects import dialect_named, transcript
from asrgate.wire.exchange import Exchange


def text_of(exchange: Exchange) -> str:
    """What was recognised; lone surrogates, which JSON can carry and UTF-8 cannot, are written as escapes."""
    text = transcript(dialect_named(exchange.dialect), (reply for _, reply in exchange.replies()))
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
