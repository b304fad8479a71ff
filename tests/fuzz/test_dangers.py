"""Nothing that a server is known to die of is generated unless it is asked for."""

import json

import pytest

from asrgate.audio.clips import ClipSet
from asrgate.audio.framing import Whole
from asrgate.audio.source import SyntheticNoise, SyntheticSilence
from asrgate.fuzz.dangers import CPP, why_it_kills, why_session_kills
from asrgate.fuzz.generation import generated
from asrgate.fuzz.sessions import Ground, hostile_sessions, sessions
from asrgate.wire.dialects import DIALECTS, dialect_named
from asrgate.wire.messages import encode, opening
from asrgate.wire.scenario import Connect, Scenario, SendText, StreamAudio

KILLING = {
    "JSON that is no object": ["[1,2]", "[]", '"hello"', "42", "true"],
    "deep nesting": ['{"a":' + "[" * 100_000 + "]" * 100_000 + "}"],
    "hotwords": [{"hotwords": value} for value in ({"阿里": 20}, ["阿里"], 5, True)],
    "wav_name": [{"wav_name": value} for value in (5, 1.5, True, [1], {"a": 1})],
    "wav_format": [{"wav_format": 5}],
    "itn": [{"itn": value} for value in ("true", 0, 1, None, [])],
    "svs": [{"svs_lang": 5}, {"svs_lang": None}, {"svs_itn": "true"}, {"svs_itn": 1}, {"svs_itn": None}],
    "audio_fs": [{"audio_fs": value} for value in ("16000", "abc", None, [16000], 0, 2**31 - 1, 7, True)],
}
"""What docs/protocol.md sections 11.2 and 11.3 say that both C++ servers end over, or are busy with."""

REAL_TIME_ONLY = [
    *(
        {"chunk_size": v}
        for v in ("5,10,5", "", "abc", ["a", "b", "c"], [None, 10, 5], 5, None, {"a": 1}, True)
    ),
    *({"chunk_size": v} for v in (["5", "10", "5"], [5, -10, 5], [5, 2237, 5], [10**9, 10, 5], [5, 10, -1])),
    *({"mode": v} for v in (5, None, True, ["2pass"])),
    {"wav_name": None},
    {"wav_format": None},
]
"""What only the real-time server ends over."""


def text_of(frame: object) -> str:
    """The text frame: as it is, or the usual opening with these fields."""
    return frame if isinstance(frame, str) else encode(opening() | dict(frame))  # type: ignore[call-overload]


@pytest.mark.parametrize("dialect", sorted(CPP))
@pytest.mark.parametrize("frame", [frame for frames in KILLING.values() for frame in frames], ids=repr)
def test_the_tables_are_known(dialect: str, frame: object) -> None:
    """Every row that ends a C++ server is recognised, as its only field and as one of two of its name."""
    text = text_of(frame)[:300_000]
    assert why_it_kills(dialect, text, first=True)
    assert why_it_kills("funasr-python", text, first=True) is None
    if isinstance(frame, dict):
        (name,) = frame
        doubled = f"{{{json.dumps(name)}:{json.dumps(frame[name])},{json.dumps(name)}:{json.dumps('x')}}}"
        assert why_it_kills(dialect, doubled, first=True)


@pytest.mark.parametrize("frame", REAL_TIME_ONLY, ids=repr)
def test_what_the_file_server_ignores_is_allowed_there(frame: dict[str, object]) -> None:
    """A row that ends one C++ server may be harmless on the other."""
    assert why_it_kills("funasr-2pass", text_of(frame), first=True)
    assert why_it_kills("funasr-offline", text_of(frame), first=True) is None


@pytest.mark.parametrize("dialect", ["funasr-2pass-0.1", "funasr-offline"])
@pytest.mark.parametrize(
    "text", ["START", "", '{"a": NaN}', "\ufeff{}", encode(opening() | {"hotwords": "武 李"})]
)
def test_old_images_die_of_what_new_ones_survive(dialect: str, text: str) -> None:
    """The frailest image of a dialect counts."""
    assert why_it_kills(dialect, text, first=True)
    assert why_it_kills("funasr-2pass", text, first=True) is None


def test_hotwords_are_read_from_the_first_frame_only() -> None:
    """Later ones are not looked at."""
    text = encode(opening() | {"hotwords": {"阿里": 20}})
    assert why_it_kills("funasr-2pass", text, first=False) is None


def test_sound_without_words_is_kept_from_old_images() -> None:
    """Noise is a danger there; silence is not, and current servers bear both."""
    frail, sound = dialect_named("funasr-2pass-0.1"), dialect_named("funasr-2pass")
    config = SendText(text=encode(opening()), role="config")
    noise = StreamAudio(audio=SyntheticNoise(duration_ms=100), framing=Whole())
    silence = StreamAudio(audio=SyntheticSilence(duration_ms=100), framing=Whole())
    session = Scenario(name="noise", steps=(Connect(), config, noise))
    assert "sound without words" in (why_session_kills(frail, session) or "")
    assert why_session_kills(sound, session) is None
    assert why_session_kills(frail, Scenario(name="silence", steps=(Connect(), config, silence))) is None


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_generated_kills(tones: ClipSet, dialect: str, seed: int) -> None:
    """Whole sessions are held against the tables, frame by frame and as they go on."""
    spoken = dialect_named(dialect)
    scenarios = generated(sessions(Ground.of(spoken, tones)), seed, 150)
    assert len(scenarios) == 150
    assert {why_session_kills(spoken, scenario) for scenario in scenarios} == {None}


def test_hostile_configurations_do_kill(tones: ClipSet) -> None:
    """What --destructive asks for is what the others leave out."""
    spoken = dialect_named("funasr-2pass")
    scenarios = generated(hostile_sessions(Ground.of(spoken, tones)), 1, 50)
    deadly = [why_session_kills(spoken, scenario) for scenario in scenarios]
    assert sum(why is not None for why in deadly) > 25
