"""The odd but legal sessions of each server, under the names by which the suite drives them.

A world holds what one of upstream's servers answered; `WRONG` says which requirements it breaks by that, each
of them for a reason that anybody can see in the replies.
"""

from collections.abc import Sequence

from asrgate.judge.itn import NumberRuns
from asrgate.judge.modes import TailPair
from asrgate.judge.passes import PassPair
from asrgate.judge.sample_rate import RatePair
from asrgate.wire.exchange import Exchange
from judge.exchanges import Session, session

from . import replies as told
from .replies import Message
from .sessions import AUDIO_MS, C2, CO, PY, answered, empty, unanswered

World = dict[str, object]

_OMITTED = ("itn", "hotwords", "wav_format", "chunk_interval", "wav_name", "mode", "audio_fs")
_UNNAMED = {C2: "wav-default-id", CO: "wav-default-id", PY: "microphone"}


def _asked(dialect: str, audio: str = "A", **fields: object) -> Session:
    return session(dialect, audio).config(**({"wav_name": "t1"} | fields)).audio(AUDIO_MS[audio]).end()


def _omitted(dialect: str, messages: Sequence[Message]) -> dict[str, Exchange]:
    """One field at a time is left out: nothing changes but the name, where that was it."""
    sessions = {}
    for field in _OMITTED:
        named = {"wav_name": _UNNAMED[dialect]} if field == "wav_name" else {}
        asked = session(dialect, field).config(omit=(field,), **({} if named else {"wav_name": "t1"}))
        asked = asked.audio(AUDIO_MS["A"]).end().reply(*(message | named for message in messages))
        sessions[field] = asked.terminated().close()
    return sessions


def _twice(dialect: str, first: Sequence[Message], second: Sequence[Message]) -> Exchange:
    asked = _asked(dialect, "A").reply(*first).terminated().config(wav_name="t1").audio(AUDIO_MS["P"]).end()
    return asked.reply(*second).terminated().listen(3).close()


def _numbers(dialect: str, on: Sequence[Message], off: Sequence[Message]) -> list[NumberRuns]:
    text = "一二三四五六七八九"
    return [
        NumberRuns(
            text=text,
            on=answered(dialect, "P", on),
            off=answered(dialect, "P", off, itn=False),
            omitted=answered(dialect, "P", on),
        )
    ]


def _early(dialect: str) -> Session:
    """All audio before the configuration."""
    return session(dialect, "early").audio(AUDIO_MS["A"]).config(wav_name="t1").end()


_C2_SECOND = [
    told.delta("一二三", index=1),
    told.sentence(told.clause("一二三", "", told.STAMPS_P1), span=(20, 1020), index=1),
    told.delta("四五六", index=2),
    told.C2_P[3] | {"index": 2},
]

C2_WORLD: World = {
    "plain": answered(C2, "A", told.C2_A),
    "repeats": [answered(C2, "A", told.C2_A)] * 3,
    "plain_offline": answered(C2, "A", told.C2_OFFLINE_A, mode="offline"),
    "plain_online": answered(C2, "A", told.C2_ONLINE_A, mode="online"),
    "pauses": answered(C2, "P", told.C2_P),
    "tails": [answered(C2, "A", told.C2_CLOSED_BY_SILENCE)],
    "empty": empty(C2, told.C2_EMPTY),
    "twice": _twice(C2, told.C2_A, _C2_SECOND),
    "fresh": answered(C2, "P", told.C2_P),
    "omitted": _omitted(C2, told.C2_A),
    "no_chunk_size": unanswered(C2, session(C2).config(omit=("chunk_size",)).audio(1800).end()),
    "repaired": session(C2)
    .config(omit=("chunk_size",), wav_name="t1")
    .config(wav_name="t1")
    .audio(1800)
    .end()
    .reply(*told.C2_A)
    .terminated()
    .close(),
    "unknown_fields": answered(C2, "A", told.C2_A, colour="blue"),
    "unknown_mode": answered(C2, "A", told.C2_A, mode="foo"),
    "refused": [answered(C2, "A", [told.C2_IN_BAND_ERROR], wav_format="mp3")],
    "frame_sizes": [answered(C2, "A", told.C2_A)] * 3,
    "presets": [answered(C2, "A", told.C2_A)] * 3,
    "declared_8khz": [
        RatePair(
            text="阿里巴巴你好",
            original=answered(C2, "A", told.C2_A),
            resampled=answered(C2, "A", told.C2_A, audio_fs=8000),
        )
    ],
    "numbers": _numbers(C2, told.C2_DIGITS_P, told.C2_P),
    "pass_pairs": [
        PassPair(both=answered(C2, "A", told.C2_A), offline=answered(C2, "A", told.C2_OFFLINE_A)),
        PassPair(both=answered(C2, "P", told.C2_P), offline=answered(C2, "P", told.C2_OFFLINE_P)),
    ],
    "both_passes": [answered(C2, "A", told.C2_A), answered(C2, "P", told.C2_P)],
    "tail_pairs": [
        TailPair(
            online=answered(C2, "A", told.C2_ONLINE_A, mode="online"),
            reference=answered(C2, "A", told.C2_A),
        )
    ],
    "end_alone": unanswered(C2, session(C2).end()),
    "early_audio": _early(C2).reply(told.C2_EMPTY).terminated().close(),
}

CO_WORLD: World = {
    "plain": answered(CO, "A", told.CO_A),
    "repeats": [answered(CO, "A", told.CO_A)] * 3,
    "plain_offline": answered(CO, "A", told.CO_A, mode="offline"),
    "tails": [answered(CO, "A", told.CO_A)],
    "empty": empty(CO, told.CO_EMPTY),
    "twice": _twice(CO, told.CO_A, told.CO_P),
    "fresh": answered(CO, "P", told.CO_P),
    "omitted": _omitted(CO, told.CO_A),
    "no_chunk_size": session(CO)
    .config(omit=("chunk_size",), wav_name="t1")
    .audio(1800)
    .end()
    .reply(*told.CO_A)
    .terminated()
    .close(),
    "unknown_fields": answered(CO, "A", told.CO_A, colour="blue"),
    "unknown_mode": answered(CO, "A", told.CO_A, mode="foo"),
    "refused": [answered(CO, "A", [told.CO_EMPTY], wav_format="mp3")],
    "frame_sizes": [answered(CO, "A", told.CO_A)] * 3,
    "declared_8khz": [
        RatePair(
            text="阿里巴巴你好",
            original=answered(CO, "A", told.CO_A),
            resampled=answered(CO, "A", told.CO_A, audio_fs=8000),
        )
    ],
    "numbers": _numbers(CO, told.CO_DIGITS_P, told.CO_P),
    "end_alone": session(CO).end().reply(told.CO_EMPTY | {"wav_name": "wav-default-id"}).terminated().close(),
    "early_audio": _early(CO).reply(*told.CO_A).terminated().close(),
}

_PY_ERROR = "audio frame discarded: chunk_size is not configured"
PY_WORLD: World = {
    "plain": answered(PY, "A", told.PY_A),
    "repeats": [answered(PY, "A", told.PY_A)] * 3,
    "plain_offline": answered(PY, "A", told.PY_OFFLINE_A, mode="offline"),
    "plain_online": answered(PY, "A", told.PY_ONLINE_A, mode="online"),
    "pauses": answered(PY, "P", told.PY_P),
    "tails": [answered(PY, "A", told.PY_A)],
    "empty": empty(PY, told.ack()),
    "twice": _twice(
        PY, told.PY_A, [told.py_delta("一二三"), told.py_sentence("，一二三", told.STAMPS_P1), *told.PY_P[2:]]
    ),
    "fresh": answered(PY, "P", told.PY_P),
    "omitted": _omitted(PY, told.PY_A),
    "no_chunk_size": session(PY)
    .config(omit=("chunk_size",), wav_name="t1")
    .audio(1800)
    .end()
    .reply(told.ack(final=False, error=_PY_ERROR))
    .terminated()
    .close(),
    "unknown_fields": answered(PY, "A", told.PY_A, colour="blue"),
    "unknown_mode": answered(
        PY, "A", [told.ack("foo", final=False, error="unsupported mode: 'foo'")], mode="foo"
    ),
    "refused": [
        answered(PY, "A", [told.ack("foo", final=False, error="unsupported mode: 'foo'")], mode="foo")
    ],
    "numbers": _numbers(PY, told.PY_P, told.PY_P),
    "pass_pairs": [
        PassPair(both=answered(PY, "A", told.PY_A), offline=answered(PY, "A", told.PY_OFFLINE_A)),
        PassPair(both=answered(PY, "P", told.PY_P), offline=answered(PY, "P", told.PY_OFFLINE_P)),
    ],
    "both_passes": [answered(PY, "A", told.PY_A), answered(PY, "P", told.PY_P)],
    "tail_pairs": [
        TailPair(
            online=answered(PY, "A", told.PY_ONLINE_A, mode="online"),
            reference=answered(PY, "A", told.PY_A),
        )
    ],
    "end_alone": session(PY).end().reply(told.ack()).terminated().close(),
    "early_audio": _early(PY)
    .reply(told.ack(final=False, error="audio frame discarded: chunk_size is not configured"))
    .terminated()
    .close(),
}

WORLDS = {C2: C2_WORLD, CO: CO_WORLD, PY: PY_WORLD}

WRONG: dict[str, set[str]] = {
    # The error that looks like a transcript; silence without chunk_size; an unknown mode runs as 2pass.
    C2: {"SCH-14", "CFG-03", "MODE-07"},
    # An empty result for what it cannot decode, as for silence.
    CO: {"SCH-14"},
    PY: set(),
}
