"""Replies word for word as upstream's servers sent them, or in the shape in which they sent them.

Audio A is 阿里巴巴你好 (1.8 s); audio P is 一二三, a pause of 3 s, and 四五六七八九 (5.4 s).
See docs/protocol.md sections 4 and 5.5, and docs/trials.md for how the servers were run.
"""

import json
from typing import Any

Message = dict[str, Any]
Stamps = list[list[int]]

OPENED = 1795354749275
"""When the connection opened, in epoch ms: `timestamp` of what carries no stamps (current images)."""

STAMPS_A: Stamps = [[300, 460], [500, 659], [700, 859], [900, 1060], [1100, 1260], [1300, 1460]]
STAMPS_P1: Stamps = [[300, 460], [500, 659], [700, 859]]
STAMPS_P2: Stamps = [[3900, 4060], [4100, 4259], [4300, 4460], [4500, 4660], [4700, 4860], [4900, 5060]]


def stamp_string(stamps: Stamps) -> str:
    """Stamps as the C++ servers send them."""
    return json.dumps(stamps, separators=(",", ":"))


def clause(words: str, mark: str, stamps: Stamps) -> Message:
    """One item of `stamp_sents`; an empty one is -1/-1, as the real-time server sends it first."""
    start, end = (stamps[0][0], stamps[-1][1]) if stamps else (-1, -1)
    return {"end": end, "punc": mark, "start": start, "text_seg": " ".join(words), "ts_list": stamps}


# funasr-2pass


def delta(text: str, slice_type: int = 0, index: int = 0, *, last: bool = False) -> Message:
    """A partial of the current real-time server."""
    return {
        "index": index,
        "is_final": last,
        "mode": "2pass-online",
        "slice_type": slice_type,
        "text": text,
        "timestamp": OPENED,
        "wav_name": "t1",
    }


def sentence(
    *clauses: Message, span: tuple[int, int], index: int = 0, last: bool = False, text: str | None = None
) -> Message:
    """A sentence result of the current real-time server, its stamps those of its clauses."""
    stamps = [pair for item in clauses for pair in item["ts_list"]]
    spelt = "".join(item["text_seg"].replace(" ", "") + item["punc"] for item in clauses)
    return {
        "end_time": span[1],
        "index": index,
        "is_final": last,
        "mode": "2pass-offline",
        "slice_type": 2,
        "stamp_sents": list(clauses),
        "start_time": span[0],
        "text": spelt if text is None else text,
        "timestamp": stamp_string(stamps),
        "wav_name": "t1",
    }


C2_EMPTY: Message = {"is_final": True, "text": "", "timestamp": OPENED, "wav_name": "t1"}
_A = (clause("阿里巴巴你", "，", STAMPS_A[:5]), clause("好", "。", STAMPS_A[5:]))
_P1 = (clause("一二三", "", STAMPS_P1),)
_P2 = (clause("", "，", []), clause("四五六七八", "，", STAMPS_P2[:5]), clause("九", "。", STAMPS_P2[5:]))

C2_A = [delta("阿里巴"), sentence(*_A, span=(20, 1780), last=True)]
C2_P = [
    delta("一二三"),
    sentence(*_P1, span=(20, 1020)),
    delta("四五六", index=1),
    sentence(*_P2, span=(3620, 5380), index=1, last=True),
]
C2_ONLINE_A = [delta("阿里巴"), delta("巴你好", 1, last=True)]
C2_ONLINE_P = [delta("一二三"), delta("四五六", 1), delta("七八九", 1, last=True)]
C2_OFFLINE_A = [sentence(*_A, span=(0, 1780), last=True)]
C2_OFFLINE_P = [
    sentence(*_P1, span=(0, 1020)),
    sentence(*_P2, span=(0, 5380), index=1, last=True),
]
C2_NOTHING_HEARD = {
    "end_time": 880,
    "index": 0,
    "is_final": True,
    "mode": "2pass-offline",
    "slice_type": 2,
    "start_time": 0,
    "text": "。",
    "timestamp": OPENED,
    "wav_name": "t1",
}
"""8 kHz audio read as 16 kHz: a lone full stop is what no token in the last segment looks like."""

C2_CLOSED_BY_SILENCE = [
    delta("阿里巴"),
    sentence(*_A, span=(20, 1780), text="阿里巴巴你，好。"),
    C2_EMPTY,
]
_SHARED = [[300, 486], [486, 672], [672, 859]]
C2_DIGITS_P = [
    delta("一二三"),
    sentence(clause("123", "", _SHARED), span=(20, 1020)),
    delta("四五六", index=1),
    sentence(clause("", "，", []), clause("456789", "。", STAMPS_P2), span=(3620, 5380), index=1, last=True),
]
"""With an ITN model: the digits share the span of the spoken number evenly."""

C2_SENSEVOICE = [
    delta("阿里巴"),
    {
        "end_time": 1780,
        "index": 0,
        "is_final": True,
        "mode": "2pass-offline",
        "slice_type": 2,
        "start_time": 20,
        "text": "<|zh|><|NEUTRAL|><|Speech|> 阿里巴巴你好。",
        "timestamp": OPENED,
        "wav_name": "t1",
    },
]
C2_IN_BAND_ERROR = {
    "is_final": True,
    "text": "ERROR. Real-time transcription service ONLY SUPPORT PCM stream.",
    "wav_name": "t1",
}


def five_segments() -> list[Message]:
    """Five segments: from the second on, each begins with the comma of the one before."""
    messages: list[Message] = []
    for index in range(5):
        at_ms = 3600 * index
        stamps = [[at_ms + 300, at_ms + 460], [at_ms + 500, at_ms + 659]]
        before = [clause("", "，", [])] if index else []
        mark = "。" if index == 4 else ""
        messages += [
            delta("一二", index=index),
            sentence(
                *before,
                clause("一二", mark, stamps),
                span=(at_ms + 20, at_ms + 1020),
                index=index,
                last=index == 4,
            ),
        ]
    return messages


def forced_cut() -> list[Message]:
    """20 s of speech without a pause: cut at 15 s, through a token."""
    spoken = "一二三" * 25
    stamps = [[200 * n + 20, 200 * n + 180] for n in range(100)]
    first, second = stamps[:75], stamps[75:]
    cut = [delta("一二三", int(n > 0)) for n in range(25)]
    rest = [delta("一二三", int(n > 0), index=1) for n in range(8)]
    return [
        *cut,
        sentence(clause(spoken, "", first), span=(20, 15030)),
        *rest,
        sentence(
            clause("", "，", []), clause(spoken[:25], "。", second), span=(15030, 20000), index=1, last=True
        ),
    ]


# funasr-offline


def file_result(*clauses: Message) -> Message:
    """The one reply of the file server."""
    stamps = [pair for item in clauses for pair in item["ts_list"]]
    return {
        "is_final": False,
        "mode": "offline",
        "stamp_sents": list(clauses),
        "text": "".join(item["text_seg"].replace(" ", "") + item["punc"] for item in clauses),
        "timestamp": stamp_string(stamps),
        "wav_name": "t1",
    }


CO_EMPTY: Message = {"is_final": False, "mode": "offline", "text": "", "wav_name": "t1"}
CO_A = [file_result(*_A)]
CO_P = [
    file_result(
        clause("一二三四五", "，", [*STAMPS_P1, [3899, 4060], [4100, 4259]]),
        clause("六七八九", "。", [[4299, 4460], [4500, 4660], [4700, 4859], [4899, 5060]]),
    )
]
_STEP = (5060 - 300) / 9
_EVEN = [[round(300 + _STEP * n), round(300 + _STEP * (n + 1))] for n in range(9)]
CO_DIGITS_P = [file_result(clause("123456789", "。", _EVEN))]
"""Nine digits share the whole span, so some lie within the pause."""

# funasr-python


def ack(mode: str = "2pass", *, final: bool = True, error: str | None = None) -> Message:
    """The acknowledgement of an end frame that asked for one."""
    said = {} if error is None else {"error": error}
    return {"mode": mode, "wav_name": "t1", "is_final": final, "is_end": True, **said}


def py_delta(text: str, mode: str = "2pass-online", *, last: bool = False) -> Message:
    """A partial of the Python server."""
    return {"mode": mode, "text": text, "wav_name": "t1", "is_final": last}


def py_sentence(text: str, stamps: Stamps | None = None, mode: str = "2pass-offline") -> Message:
    """A sentence result of the Python server: always final, stamps from the start of its segment."""
    message: Message = {
        "mode": mode,
        "spk_name": "unknown",
        "spk_score": 0.0,
        "text": text,
        "wav_name": "t1",
        "is_final": True,
    }
    return message if stamps is None else message | {"timestamp": stamps}


_PY_P1 = [[120, 280], [320, 480], [520, 680]]
_PY_P2 = [*_PY_P1, [720, 880], [920, 1080], [1120, 1280]]
PY_A = [py_delta("阿里巴"), py_sentence("阿里巴巴你，好", _PY_P2), ack()]
PY_P = [
    py_delta("一二三"),
    py_sentence("一二三", _PY_P1),
    py_delta("四五"),
    py_delta("六七八"),
    py_sentence("，四五六七八，九", _PY_P2),
    ack(),
]
PY_ONLINE_A = [py_delta("阿里巴", "online"), py_delta("巴你好", "online"), ack("online")]
PY_ONLINE_P = [
    py_delta("一二三", "online"),
    py_delta("四五六", "online"),
    py_delta("七八", "online"),
    py_delta("九", "online", last=True),
    ack("online"),
]
PY_OFFLINE_A = [py_sentence("阿里巴巴你，好", _PY_P2, "offline"), ack("offline")]
PY_OFFLINE_P = [
    py_sentence("一二三", _PY_P1, "offline"),
    py_sentence("，四五六七八，九", _PY_P2, "offline"),
    ack("offline"),
]
PY_NOTHING = [py_sentence(""), ack()]
