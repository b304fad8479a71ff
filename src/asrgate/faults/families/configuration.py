"""Faults of the configuration on its way up: stripped, changed, refused (docs/protocol.md section 3)."""

from collections.abc import Iterable

from asrgate.faults.acts import Act
from asrgate.faults.families.stamps import stamps_of, with_stamps
from asrgate.faults.fault import CPP_DIALECTS, SERVER_DIALECTS, fault
from asrgate.faults.talk import (
    Breaking,
    Fields,
    Talk,
    built,
    on_config,
    on_reply,
    talking,
)

Texts = Iterable[Fields | Act]

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


@fault("CFG-01", "HOT-01", by=built)
def hotwords_refused() -> Breaking:
    """A session whose configuration has hotwords gets no answer."""
    return talking(reply=lambda talk, reply: [] if talk.settings.get("hotwords") else [reply])


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


@fault("FS-01", by=on_config, dialects=CPP_DIALECTS)
def audio_fs_ignored(talk: Talk, fields: Fields) -> Texts:
    """The field audio_fs is ignored: 8 kHz audio is read as 16 kHz."""
    yield without(fields, "audio_fs")


@fault("FS-04", by=on_config, dialects=CPP_DIALECTS)
def high_rates_misread(talk: Talk, fields: Fields) -> Texts:
    """Rates above 16 kHz are read as 16 kHz."""
    rate = fields.get("audio_fs")
    high = isinstance(rate, int) and rate > 16000
    yield fields | {"audio_fs": 16000} if high else fields


@fault("FS-03", by=built, dialects=CPP_DIALECTS)
def stamps_of_8khz_at_half() -> Breaking:
    """Time stamps of 8 kHz audio count as if it were 16 kHz."""

    def reply(talk: Talk, reply: Fields) -> Texts:
        stamps = stamps_of(reply) if talk.settings.get("audio_fs") == 8000 else None
        yield with_stamps(reply, [[start // 2, end // 2] for start, end in stamps]) if stamps else reply

    return talking(reply=reply)


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
