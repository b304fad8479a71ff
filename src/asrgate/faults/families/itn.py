"""Faults of inverse text normalisation: forced on or off, and side effects (docs/protocol.md section 4.7)."""

import re
from collections.abc import Iterable

from asrgate.faults.acts import Act
from asrgate.faults.families.stamps import stamps_of, with_stamps
from asrgate.faults.fault import CPP_DIALECTS, fault
from asrgate.faults.talk import Fields, Talk, on_config, on_partial, on_sentence

Texts = Iterable[Fields | Act]

_DIGITS = "0123456789"
_SPOKEN_DIGITS = str.maketrans("零一二三四五六七八九", _DIGITS)


@fault("ITN-02", by=on_config, dialects=CPP_DIALECTS)
def itn_forced_on(talk: Talk, fields: Fields) -> Texts:
    """Numbers are written also with itn false."""
    yield fields | {"itn": True}


@fault("ITN-01", by=on_config, dialects=CPP_DIALECTS)
def itn_forced_off(talk: Talk, fields: Fields) -> Texts:
    """Numbers stay as spoken also with itn true."""
    yield fields | {"itn": False}


@fault("ITN-03", by=on_config, dialects=CPP_DIALECTS)
def itn_off_by_default(talk: Talk, fields: Fields) -> Texts:
    """Without the field itn numbers stay as spoken."""
    yield {"itn": False} | fields


@fault("ITN-04", by=on_sentence, dialects=CPP_DIALECTS)
def itn_eats_words(talk: Talk, reply: Fields) -> Texts:
    """Sentences in which numbers are written lose the first five characters that are no digits."""
    text = reply["text"]
    written = any(c in _DIGITS for c in text)
    yield reply | {"text": re.sub(r"[\u4e00-\u9fff]", "", text, count=5)} if written else reply


@fault("ITN-05", by=on_sentence, dialects=CPP_DIALECTS)
def numbers_grouped(talk: Talk, reply: Fields) -> Texts:
    """Digits are written in groups, years and telephone numbers too."""
    yield reply | {"text": re.sub(r"(?<=\d)(?=(\d{3})+(?!\d))", ",", reply["text"])}


@fault("ITN-06", by=on_sentence, dialects=CPP_DIALECTS)
def numbers_unstamped(talk: Talk, reply: Fields) -> Texts:
    """Digits have no time stamps."""
    stamps = stamps_of(reply)
    digits = sum(c in _DIGITS for c in reply["text"])
    kept = stamps[: max(len(stamps) - digits, 1)] if stamps and digits else None
    yield with_stamps(reply, kept) if kept else reply


@fault("ITN-07", by=on_partial, dialects=("funasr-2pass", "funasr-2pass-0.1"))
def partials_written(talk: Talk, reply: Fields) -> Texts:
    """Partials have digits already."""
    yield reply | {"text": reply["text"].translate(_SPOKEN_DIGITS)}
