"""Faults of the configuration on its way up: stripped, changed, refused (docs/protocol.md section 3)."""

import json
import re
from collections.abc import Iterable
from typing import Any

from asrgate.faults.acts import Act, Crash, Pause
from asrgate.faults.families.stamps import stamps_of, with_stamps
from asrgate.faults.fault import SERVER_DIALECTS, fault
from asrgate.faults.talk import (
    Breaking,
    Fields,
    Talk,
    built,
    on_config,
    on_partial,
    on_reply,
    on_sentence,
    talking,
)

Texts = Iterable[Fields | Act]

_HOTWORD_DIALECTS = ("funasr-2pass", "funasr-2pass-0.1", "funasr-offline", "funasr-python")
_WRITES_NUMBERS = ("funasr-2pass", "funasr-2pass-0.1", "funasr-offline")
_DIGITS = "0123456789"
_SPOKEN_DIGITS = str.maketrans("零一二三四五六七八九", _DIGITS)
_KNOWN_MODES = ("2pass", "online", "offline")
_KNOWN_FIELDS = frozenset(
    {
        "mode",
        "wav_name",
        "wav_format",
        "is_speaking",
        "is_finished",
        "is_end",
        "chunk_size",
        "chunk_interval",
        "audio_fs",
        "itn",
        "hotwords",
        "svs_lang",
        "svs_itn",
        "encoder_chunk_look_back",
        "decoder_chunk_look_back",
    }
)


def without(fields: Fields, *names: str) -> Fields:
    """The fields without some."""
    return {key: value for key, value in fields.items() if key not in names}


# The opening frame


@fault("CFG-01", "HOT-01", by=on_config)
def hotwords_refused(talk: Talk, fields: Fields) -> Texts:
    """A configuration with hotwords is ignored."""
    if not fields.get("hotwords"):
        yield fields


@fault("CFG-02", by=on_config)
def wav_format_demanded(talk: Talk, fields: Fields) -> Texts:
    """A configuration without wav_format is ignored."""
    if "wav_format" in fields:
        yield fields


@fault("CFG-02", by=built)
def mode_demanded() -> Breaking:
    """A session whose configuration names no mode gets no answer."""
    return talking(reply=lambda talk, reply: [reply] if "mode" in talk.settings else [])


@fault("CFG-03", by=built)
def chunk_size_demanded() -> Breaking:
    """A session without chunk_size gets no answer, not even an error."""
    return talking(reply=lambda talk, reply: [reply] if "chunk_size" in talk.settings else [])


@fault("CFG-04", by=built)
def late_chunk_size_ignored() -> Breaking:
    """A session that began without chunk_size stays deaf when it is told later."""

    def note(talk: Talk, fields: Fields) -> Texts:
        talk.memory.setdefault("deaf", "chunk_size" not in fields)
        yield fields

    return talking(fields=note, reply=lambda talk, reply: [] if talk.memory.get("deaf") else [reply])


@fault("CFG-05", by=on_config)
def later_hotwords_ignored(talk: Talk, fields: Fields) -> Texts:
    """Hotwords count in the first frame of a connection only."""
    yield fields if talk.configs == 1 else without(fields, "hotwords")


@fault("CFG-06", by=built)
def unknown_fields_refused() -> Breaking:
    """A session with an unknown field in its configuration gets no answer."""
    return talking(reply=lambda talk, reply: [reply] if set(talk.settings) <= _KNOWN_FIELDS else [])


@fault("CFG-07", by=on_config)
def later_settings_ignored(talk: Talk, fields: Fields) -> Texts:
    """Only the first configuration of a connection counts."""
    if talk.configs == 1:
        yield fields


# Modes


@fault("MODE-03", by=on_config, dialects=SERVER_DIALECTS)
def offline_runs_as_2pass(talk: Talk, fields: Fields) -> Texts:
    """Mode offline runs as 2pass, partials and all."""
    yield fields | {"mode": "2pass"} if fields.get("mode") == "offline" else fields


@fault("MODE-04", by=on_config, dialects=SERVER_DIALECTS)
def online_runs_as_2pass(talk: Talk, fields: Fields) -> Texts:
    """Mode online runs as 2pass, sentence results and all."""
    yield fields | {"mode": "2pass"} if fields.get("mode") == "online" else fields


@fault("MODE-07", by=on_config)
def unknown_mode_runs_as_2pass(talk: Talk, fields: Fields) -> Texts:
    """An unknown mode runs as 2pass without a word."""
    unknown = "mode" in fields and fields["mode"] not in _KNOWN_MODES
    yield fields | {"mode": "2pass"} if unknown else fields


@fault("MODE-10", by=built)
def offline_mute_on_short_clips() -> Breaking:
    """In mode offline sentence results come without time stamps and text."""

    def reply(talk: Talk, reply: Fields) -> Texts:
        offline = talk.settings.get("mode") == "offline"
        yield without(reply, "timestamp", "stamp_sents") | {"text": ""} if offline else reply

    return talking(reply=reply)


# Presets


@fault("CHUNK-03", by=built)
def small_chunks_lose_words() -> Breaking:
    """With chunk_size [3, 6, 3] sentences lose their second character."""

    def reply(talk: Talk, reply: Fields) -> Texts:
        text = reply.get("text")
        small = talk.settings.get("chunk_size") == [3, 6, 3] and talk.is_sentence(reply)
        yield reply | {"text": text[:1] + text[2:]} if small and text else reply

    return talking(reply=reply)


@fault("CHUNK-06", by=built)
def chunk_interval_matters() -> Breaking:
    """With a chunk_interval other than 10 sentences lose their second character."""

    def reply(talk: Talk, reply: Fields) -> Texts:
        text = reply.get("text")
        other = talk.settings.get("chunk_interval", 10) != 10 and talk.is_sentence(reply)
        yield reply | {"text": text[:1] + text[2:]} if other and text else reply

    return talking(reply=reply)


# Sample rate


@fault("FS-01", by=on_config, dialects=_WRITES_NUMBERS)
def audio_fs_ignored(talk: Talk, fields: Fields) -> Texts:
    """The field audio_fs is ignored: 8 kHz audio is read as 16 kHz."""
    yield without(fields, "audio_fs")


@fault("FS-04", by=on_config, dialects=_WRITES_NUMBERS)
def high_rates_misread(talk: Talk, fields: Fields) -> Texts:
    """Rates above 16 kHz are read as 16 kHz."""
    rate = fields.get("audio_fs")
    high = isinstance(rate, int) and rate > 16000
    yield fields | {"audio_fs": 16000} if high else fields


@fault("FS-03", by=built, dialects=_WRITES_NUMBERS)
def stamps_of_8khz_at_half() -> Breaking:
    """Time stamps of 8 kHz audio count as if it were 16 kHz."""

    def reply(talk: Talk, reply: Fields) -> Texts:
        stamps = stamps_of(reply) if talk.settings.get("audio_fs") == 8000 else None
        yield with_stamps(reply, [[start // 2, end // 2] for start, end in stamps]) if stamps else reply

    return talking(reply=reply)


# Inverse text normalisation


@fault("ITN-02", by=on_config, dialects=_WRITES_NUMBERS)
def itn_forced_on(talk: Talk, fields: Fields) -> Texts:
    """Numbers are written also with itn false."""
    yield fields | {"itn": True}


@fault("ITN-01", by=on_config, dialects=_WRITES_NUMBERS)
def itn_forced_off(talk: Talk, fields: Fields) -> Texts:
    """Numbers stay as spoken also with itn true."""
    yield fields | {"itn": False}


@fault("ITN-03", by=on_config, dialects=_WRITES_NUMBERS)
def itn_off_by_default(talk: Talk, fields: Fields) -> Texts:
    """Without the field itn numbers stay as spoken."""
    yield {"itn": False} | fields


@fault("ITN-04", by=on_sentence, dialects=_WRITES_NUMBERS)
def itn_eats_words(talk: Talk, reply: Fields) -> Texts:
    """Sentences in which numbers are written lose the first character that belongs to none."""
    text = reply["text"]
    written = any(c in _DIGITS for c in text)
    yield reply | {"text": re.sub(r"[\u4e00-\u9fff]", "", text, count=1)} if written else reply


@fault("ITN-05", by=on_sentence, dialects=_WRITES_NUMBERS)
def numbers_grouped(talk: Talk, reply: Fields) -> Texts:
    """Digits are written in groups, years and telephone numbers too."""
    yield reply | {"text": re.sub(r"(?<=\d)(?=(\d{3})+(?!\d))", ",", reply["text"])}


@fault("ITN-06", by=on_sentence, dialects=_WRITES_NUMBERS)
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


# Hotwords


@fault("HOT-02", by=on_config, dialects=_HOTWORD_DIALECTS)
def hotwords_stripped(talk: Talk, fields: Fields) -> Texts:
    """Hotwords are dropped on the way."""
    yield fields | {"hotwords": ""} if "hotwords" in fields else fields


@fault("HOT-04", by=on_config, dialects=_HOTWORD_DIALECTS)
def hotwords_leak(talk: Talk, fields: Fields) -> Texts:
    """A session without hotwords gets those of another one that runs beside it."""
    if fields.get("hotwords"):
        yield fields
        return
    yield Pause(0.3)
    foreign = [words for other in talk.others if (words := other.settings.get("hotwords"))]
    yield fields | {"hotwords": foreign[-1]} if foreign else fields


@fault("HOT-03", by=built, dialects=_HOTWORD_DIALECTS)
def hotwords_distort() -> Breaking:
    """With hotwords every sentence result has a hotword in place of its second and third character."""

    def reply(talk: Talk, reply: Fields) -> Texts:
        words = _words(talk.settings.get("hotwords"))
        text = str(reply.get("text", ""))
        bent = words and talk.is_sentence(reply)
        yield reply | {"text": text[:1] + words[0] + text[3:]} if bent else reply

    return talking(reply=reply)


@fault("HOT-05", by=on_config, dialects=_HOTWORD_DIALECTS)
def plain_hotwords_refused(talk: Talk, fields: Fields) -> Texts:
    """A configuration with hotwords as plain words is ignored."""
    words = fields.get("hotwords")
    if not isinstance(words, str) or not words or words.startswith("{"):
        yield fields


@fault("HOT-06", by=on_config, dialects=_HOTWORD_DIALECTS)
def string_weights_dropped(talk: Talk, fields: Fields) -> Texts:
    """Hotwords with a weight that is a string are dropped without a word."""
    weights = _weights(fields.get("hotwords"))
    dropped = any(isinstance(weight, str) for weight in weights.values())
    yield fields | {"hotwords": ""} if dropped else fields


@fault("HOT-07", by=on_config, dialects=_HOTWORD_DIALECTS)
def hotwords_of_second_utterance_dropped(talk: Talk, fields: Fields) -> Texts:
    """Hotwords in a later configuration are dropped without a word."""
    yield fields if talk.configs == 1 else without(fields, "hotwords")


@fault("HOT-08", by=on_config, dialects=_HOTWORD_DIALECTS)
def dies_of_odd_hotwords(talk: Talk, fields: Fields) -> Texts:
    """The process dies of hotwords with a weight that is no number from 1 to 100."""
    weights = _weights(fields.get("hotwords")).values()
    odd = any(type(weight) is int and not 1 <= weight <= 100 for weight in weights)
    yield Crash() if odd else fields


@fault("HOT-09", by=on_config, dialects=_HOTWORD_DIALECTS)
def many_hotwords_stall(talk: Talk, fields: Fields) -> Texts:
    """Hotwords take 5 ms each before anything else is heard."""
    yield Pause(0.005 * len(_words(fields.get("hotwords"))))
    yield fields


# Errors


@fault("SCH-14", by=on_reply)
def errors_look_like_transcripts(talk: Talk, reply: Fields) -> Texts:
    """An error comes as the text of a final, as upstream's C++ server tells it."""
    said = reply.get("error")
    as_text = {"text": f"ERROR. {said}", "wav_name": talk.name, "is_final": True}
    yield as_text if isinstance(said, str) else reply


@fault("FS-06", by=built)
def wrong_format_told_late() -> Breaking:
    """A wav_format other than pcm is heard out to the end, in silence."""

    def fields(talk: Talk, fields: Fields) -> Texts:
        talk.memory["wrong"] = talk.settings.get("wav_format", "pcm") not in ("pcm", "PCM")
        yield fields | {"wav_format": "pcm"} if talk.memory["wrong"] and "wav_format" in fields else fields

    def reply(talk: Talk, reply: Fields) -> Texts:
        if not talk.memory.get("wrong") or talk.terminates(reply):
            yield reply

    return talking(fields=fields, reply=reply)


def _weights(hotwords: Any) -> dict[str, Any]:
    try:
        weights = json.loads(hotwords)
    except (TypeError, ValueError):
        return {}
    return weights if isinstance(weights, dict) else {}


def _words(hotwords: Any) -> list[str]:
    return list(_weights(hotwords)) or (hotwords.split() if isinstance(hotwords, str) else [])
