"""Strategies for text frames: configurations that are valid, at the edge, or wrong without doing harm.

What is wrong here is what each server is known to answer, ignore or fall silent over (docs/protocol.md
sections 3 and 11.3); what may end a process is in `hostile_configurations` alone.
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from hypothesis import strategies as st

from asrgate.fuzz.dangers import FRAIL
from asrgate.wire.messages import encode, opening

Strategy = st.SearchStrategy[Any]

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
"""Every character that JSON text can carry to a C++ string and back."""

_LONG_NAME = "长名\"引号'\n" * 700
_NAMES = st.one_of(
    st.sampled_from(["a", "", " ", "名字 é 😀", 'quo"te\\', "line\nbreak", _LONG_NAME]),
    st.text(CHARACTERS, max_size=40),
)
_CHUNK_SIZES = st.one_of(
    st.sampled_from([[3, 6, 3], [8, 8, 4], [8, 15, 8], [0, 10, 5], [5, 1, 5], [5, 2236, 5]]),
    st.tuples(st.integers(0, 20), st.integers(1, 60), st.integers(0, 20)).map(list),
    st.just([5, 10.6, 5]),
)
_SHORT_CHUNK_SIZES = st.sampled_from([[5, 10], [], [5, 10, 5, 5], [5, 0, 5]])
_ODD_SPEAKING = st.sampled_from(["false", 0, None])
_INTERVALS = st.sampled_from([1, 5, 20, 1000, 0, -1, 1.5, "10", "abc", None])
_WORDS = st.dictionaries(
    st.sampled_from(["阿里巴巴", "人工智能", "语音识别", "机器学习", "图书馆"]),
    st.integers(1, 100),
    max_size=3,
)
_WORD_MAPS = _WORDS.map(encode)
_WORD_LISTS = st.sampled_from(["武 李", "武,李", '{"武":', '{"武":"x"}', '["武"]', "5", "null", '{"武":1.5}'])
_RATES = st.sampled_from([16000.0, 16000.7])

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(CHARACTERS, max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(CHARACTERS, max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
_NESTED = st.integers(5, 60).map(lambda depth: json.loads("[" * depth + "]" * depth))
_HUGE = st.integers(1, 10).map(lambda tens: "很长" * 5000 * tens)
_UNKNOWN = st.one_of(_VALUES, _NESTED, _HUGE)

_COMMON: dict[str, Strategy] = {
    "wav_name": _NAMES,
    "itn": st.booleans(),
    "hotwords": _WORD_MAPS,
    "svs_lang": st.sampled_from(["auto", "zh"]),
    "svs_itn": st.booleans(),
    "encoder_chunk_look_back": st.integers(0, 8),
    "decoder_chunk_look_back": st.integers(0, 2),
    "is_finished": st.just(False),
    "is_end": st.booleans(),
    "vendor_extension": _UNKNOWN,
    "": _UNKNOWN,
}
_MODES = st.sampled_from(["online", "offline"])

FIELDS: dict[str, dict[str, Strategy]] = {
    "funasr-2pass": _COMMON
    | {
        "mode": st.one_of(_MODES, st.sampled_from(["office", "2PASS", ""])),
        "chunk_size": st.one_of(_CHUNK_SIZES, _SHORT_CHUNK_SIZES),
        "chunk_interval": _INTERVALS,
        "wav_format": st.sampled_from(["PCM", "mp3", ""]),
        "hotwords": st.one_of(_WORD_MAPS, _WORD_LISTS),
        "audio_fs": _RATES,
        "is_speaking": _ODD_SPEAKING,
    },
    "funasr-2pass-0.1": _COMMON | {"mode": _MODES, "chunk_size": _CHUNK_SIZES, "chunk_interval": _INTERVALS},
    "funasr-offline": _COMMON
    | {
        "mode": st.one_of(_MODES, _VALUES),
        "chunk_size": st.one_of(_CHUNK_SIZES, _SHORT_CHUNK_SIZES, _VALUES),
        "chunk_interval": _INTERVALS,
        "wav_name": st.one_of(_NAMES, st.none()),
        "is_speaking": _ODD_SPEAKING,
    },
    "funasr-python": _COMMON
    | {
        "mode": st.one_of(_MODES, st.sampled_from(["office", "", None, 5])),
        "chunk_size": st.one_of(
            _CHUNK_SIZES,
            _SHORT_CHUNK_SIZES,
            st.sampled_from(["5,10,5", ["5", "10", "5"], "", "abc", ["a", "b", "c"], [None, 10, 5], 5, None]),
        ),
        "chunk_interval": _INTERVALS,
        "wav_name": st.one_of(_NAMES, st.sampled_from([None, 5, 1.5, True, [1], {"a": 1}])),
        "wav_format": st.one_of(st.sampled_from(["PCM", "mp3"]), _VALUES),
        "hotwords": st.one_of(_WORD_MAPS, _WORD_LISTS),
        "audio_fs": st.one_of(_RATES, st.sampled_from(["16000", "abc", None, 0, -16000])),
        "itn": _VALUES,
    },
}
"""By dialect and field: values besides the usual one that the dialect's servers live through."""

OPTIONAL = ("itn", "hotwords", "wav_format", "chunk_interval", "wav_name", "mode", "is_speaking", "audio_fs")
"""Fields that may be left out (docs/protocol.md section 5.5); `chunk_size` too, where no image dies of it."""

_NO_JSON = st.sampled_from(['{"mode":', "", "PING", "{} {}", '{"a": NaN}', '{"a": "\\ud800"}'])
_IGNORED = st.sampled_from(["{}", '{"vendor_extension": 1}'])

BESIDE: dict[str, Strategy] = {
    "funasr-2pass": st.one_of(_IGNORED, st.just("null"), _NO_JSON),
    "funasr-2pass-0.1": _IGNORED,
    "funasr-offline": _IGNORED,
    "funasr-python": st.one_of(
        _IGNORED, _NO_JSON, st.sampled_from(["[1,2]", '"hello"', "42", "true", "null"])
    ),
}
"""By dialect: text frames that configure nothing."""


def configurations(dialect: str) -> st.SearchStrategy[str]:
    """Opening frames: the usual one with some fields changed, left out, doubled, or written otherwise."""
    # Independent pairs, so that any of them can go while the others stay when a session is made small.
    pair = st.one_of([st.tuples(st.just(name), values) for name, values in FIELDS[dialect].items()])
    omissible = OPTIONAL if dialect in FRAIL else (*OPTIONAL, "chunk_size")
    return st.builds(
        partial(_configuration, dialect),
        number=st.integers(1, 3),
        changed=st.lists(pair, max_size=3),
        left_out=st.lists(st.sampled_from(omissible), max_size=3),
        doubled=st.sampled_from([None, "wav_name", "itn"]),
        form=st.sampled_from(_forms(dialect)),
    )


def _configuration(
    dialect: str,
    *,
    number: int,
    changed: Sequence[tuple[str, Any]],
    left_out: Sequence[str],
    doubled: str | None,
    form: str,
) -> str:
    usual = usual_fields(dialect, number)
    message = {**{k: v for k, v in usual.items() if k not in left_out}, **dict(changed)}
    pairs = list(message.items())
    if doubled in message:
        pairs.insert(0, (doubled, usual[doubled]))
    return _written(pairs, form)


@st.composite
def hostile_configurations(draw: st.DrawFn, usual: Mapping[str, Any]) -> str:
    """An opening frame in which any field may have any value: what `--destructive` sends (ROB-32)."""
    numbers = (
        st.integers(-(2**63), 2**63)
        | st.sampled_from([0, 1, 7, 100, 2237, 10**10])
        | st.floats(allow_nan=False, allow_infinity=False)
    )
    anything = _VALUES | numbers | st.lists(numbers, max_size=4)
    names = [*usual, "svs_lang", "svs_itn", "is_finished", "is_end", "vendor_extension"]
    changed = draw(st.dictionaries(st.sampled_from(names), anything, min_size=1, max_size=3))
    return encode({**usual, **changed})


def usual_fields(dialect: str, number: int) -> dict[str, Any]:
    """The fields of the opening frame that every dialect understands; `number` tells sessions apart."""
    mode = "2pass" if dialect != "funasr-offline" else "offline"
    return opening(mode=mode, wav_name=f"fuzz-{number}")


def _forms(dialect: str) -> list[str]:
    """The ways to write JSON that servers of the dialect read (docs/protocol.md section 11.2)."""
    return ["compact", "spaced", "escaped"] + ([] if dialect in FRAIL else ["marked"])


def _written(pairs: list[tuple[str, Any]], form: str) -> str:
    separators = (", ", ": ") if form != "compact" else (",", ":")
    dumped = (
        f"{json.dumps(name)}{separators[1]}"
        f"{json.dumps(value, ensure_ascii=form == 'escaped', separators=separators)}"
        for name, value in pairs
    )
    text = "{" + separators[0].join(dumped) + "}"
    return f"\ufeff{text}" if form == "marked" else text
