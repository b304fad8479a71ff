"""Replies as upstream servers sent them (docs/protocol.md sections 4.2 to 4.5), and sessions made of them.

Audio A is 阿里巴巴你好 (1.8 s); audio P is 一二三, a pause of 3 s, and 四五六七八九 (5.4 s).
"""

from typing import Any

from asrgate.wire.exchange import Exchange

from .exchanges import Session, session

ALL = ("funasr-2pass", "funasr-2pass-0.1", "funasr-offline", "funasr-python")
LIVE_TOO = (*ALL, "funasr-realtime")
WITH_PARTIALS = ("funasr-2pass", "funasr-2pass-0.1", "funasr-python")
WITH_SESSION_STAMPS = ("funasr-2pass", "funasr-2pass-0.1", "funasr-offline")

Message = dict[str, Any]

EPOCH = 1795354749275
_FIRST_STAMPS = "[[300,460],[500,659],[700,859]]"
_SECOND_STAMPS = "[[3900,4060],[4100,4259],[4300,4460],[4500,4660],[4700,4860],[4900,5060]]"
_FIRST_SENTS = [
    {
        "end": 859,
        "punc": "",
        "start": 300,
        "text_seg": "一 二 三",
        "ts_list": [[300, 460], [500, 659], [700, 859]],
    }
]
_SECOND_SENTS = [
    {"end": -1, "punc": "，", "start": -1, "text_seg": "", "ts_list": []},
    {
        "end": 4860,
        "punc": "，",
        "start": 3900,
        "text_seg": "四 五 六 七 八",
        "ts_list": [[3900, 4060], [4100, 4259], [4300, 4460], [4500, 4660], [4700, 4860]],
    },
    {"end": 5060, "punc": "。", "start": 4900, "text_seg": "九", "ts_list": [[4900, 5060]]},
]

TWO_PASS_P: list[Message] = [
    {
        "index": 0,
        "is_final": False,
        "mode": "2pass-online",
        "slice_type": 0,
        "text": "一二三",
        "timestamp": EPOCH,
        "wav_name": "t1",
    },
    {
        "end_time": 1020,
        "index": 0,
        "is_final": False,
        "mode": "2pass-offline",
        "slice_type": 2,
        "stamp_sents": _FIRST_SENTS,
        "start_time": 20,
        "text": "一二三",
        "timestamp": _FIRST_STAMPS,
        "wav_name": "t1",
    },
    {
        "index": 1,
        "is_final": False,
        "mode": "2pass-online",
        "slice_type": 0,
        "text": "四五六",
        "timestamp": EPOCH,
        "wav_name": "t1",
    },
    {
        "end_time": 5380,
        "index": 1,
        "is_final": True,
        "mode": "2pass-offline",
        "slice_type": 2,
        "stamp_sents": _SECOND_SENTS,
        "start_time": 3620,
        "text": "，四五六七八，九。",
        "timestamp": _SECOND_STAMPS,
        "wav_name": "t1",
    },
]

_NEW_IN_MAIN = ("index", "slice_type", "start_time", "end_time")

TWO_PASS_01_P: list[Message] = [
    {
        k: v
        for k, v in message.items()
        if k not in _NEW_IN_MAIN and not (k == "timestamp" and isinstance(v, int))
    }
    for message in TWO_PASS_P
]

OFFLINE_P: list[Message] = [
    {
        "is_final": False,
        "mode": "offline",
        "stamp_sents": [
            {
                "end": 4259,
                "punc": "，",
                "start": 300,
                "text_seg": "一 二 三 四 五",
                "ts_list": [[300, 460], [500, 659], [700, 859], [3899, 4060], [4100, 4259]],
            },
            {
                "end": 5060,
                "punc": "。",
                "start": 4299,
                "text_seg": "六 七 八 九",
                "ts_list": [[4299, 4460], [4500, 4660], [4700, 4859], [4899, 5060]],
            },
        ],
        "text": "一二三四五，六七八九。",
        "timestamp": "[[300,460],[500,659],[700,859],[3899,4060],[4100,4259],[4299,4460],[4500,4660],"
        "[4700,4859],[4899,5060]]",
        "wav_name": "t1",
    }
]

PYTHON_ACK: Message = {"mode": "2pass", "wav_name": "t1", "is_final": True, "is_end": True}

PYTHON_P: list[Message] = [
    {"mode": "2pass-online", "text": "一二三", "wav_name": "t1", "is_final": False},
    {
        "mode": "2pass-offline",
        "spk_name": "unknown",
        "spk_score": 0.0,
        "text": "一二三",
        "wav_name": "t1",
        "is_final": True,
        "timestamp": [[120, 280], [320, 480], [520, 680]],
        "punc_array": [1, 1, 3],
    },
    {"mode": "2pass-online", "text": "四五", "wav_name": "t1", "is_final": False},
    {"mode": "2pass-online", "text": "六七八", "wav_name": "t1", "is_final": False},
    {
        "mode": "2pass-offline",
        "spk_name": "unknown",
        "spk_score": 0.0,
        "text": "，四五六七八，九",
        "wav_name": "t1",
        "is_final": True,
        "timestamp": [[120, 280], [320, 480], [520, 680], [720, 880], [920, 1080], [1120, 1280]],
        "punc_array": [1, 1, 2, 1, 1, 1, 1, 2, 3],
    },
    PYTHON_ACK,
]

REPLIES_P: dict[str, list[Message]] = {
    "funasr-2pass": TWO_PASS_P,
    "funasr-2pass-0.1": TWO_PASS_01_P,
    "funasr-offline": OFFLINE_P,
    "funasr-python": PYTHON_P,
}

EMPTY_FINAL: dict[str, Message] = {
    "funasr-2pass": {"is_final": True, "text": "", "timestamp": EPOCH, "wav_name": "t1"},
    "funasr-2pass-0.1": {"is_final": True, "text": "", "wav_name": "t1"},
    "funasr-offline": {"is_final": False, "mode": "offline", "text": "", "wav_name": "t1"},
    "funasr-python": PYTHON_ACK,
}

_ONLINE_A_01: list[Message] = [
    {"is_final": False, "mode": "2pass-online", "text": "阿里巴", "wav_name": "t1"},
    {"is_final": True, "mode": "2pass-offline", "text": "阿里巴巴你，好。", "wav_name": "t1"},
]
_NEW_A: Message = {"index": 0, "timestamp": EPOCH}

ONLINE_A: dict[str, list[Message]] = {
    "funasr-2pass": [
        _NEW_A
        | {"is_final": False, "mode": "2pass-online", "slice_type": 0, "text": "阿里巴", "wav_name": "t1"},
        _NEW_A
        | {"is_final": True, "mode": "2pass-online", "slice_type": 1, "text": "巴你好", "wav_name": "t1"},
    ],
    "funasr-2pass-0.1": _ONLINE_A_01,
    "funasr-python": [
        {"mode": "online", "text": "阿里巴", "wav_name": "t1", "is_final": False},
        {"mode": "online", "text": "巴你好", "wav_name": "t1", "is_final": False},
        {"mode": "online", "wav_name": "t1", "is_final": True, "is_end": True},
    ],
}


def sentence(
    dialect: str,
    text: str,
    stamps: list[list[int]] | None = None,
    *,
    last: bool = True,
    wav_name: str = "t1",
) -> list[Message]:
    """The messages by which a server delivers one sentence; with `last` those that end the utterance, too."""
    if dialect == "funasr-offline":
        message: Message = {"is_final": False, "mode": "offline", "text": text, "wav_name": wav_name}
    elif dialect == "funasr-python":
        message = {"mode": "2pass-offline", "text": text, "wav_name": wav_name, "is_final": True}
    else:
        message = {"is_final": last, "mode": "2pass-offline", "text": text, "wav_name": wav_name}
    if stamps is not None:
        as_array = dialect == "funasr-python"
        message["timestamp"] = stamps if as_array else str(stamps).replace(" ", "")
    return (
        [message, PYTHON_ACK | {"wav_name": wav_name}] if dialect == "funasr-python" and last else [message]
    )


def partial(dialect: str, text: str, *, wav_name: str = "t1") -> Message:
    """A partial of mode 2pass."""
    return {"is_final": False, "mode": "2pass-online", "text": text, "wav_name": wav_name}


def replied(dialect: str, *messages: Message, audio_ms: int = 5400, name: str = "session") -> Exchange:
    """A session of one utterance, unpaced, whose replies all came after the end frame."""
    return spoken(dialect, audio_ms=audio_ms, name=name).reply(*messages).terminated().listen(3).close()


def spoken(dialect: str, *, audio_ms: int = 5400, name: str = "session", **fields: Any) -> Session:
    """A session up to its end frame."""
    return session(dialect, name).config(**({"wav_name": "t1"} | fields)).audio(audio_ms).end()


def recorded(dialect: str) -> Exchange:
    """Audio P, as the server of this dialect answered it."""
    return replied(dialect, *REPLIES_P[dialect])


def heard(dialect: str, text: str, **fields: Any) -> Exchange:
    """A session in which one sentence of this text was recognised; nothing at all when it is empty."""
    if dialect == "funasr-realtime":
        return live(text).close()
    replies = sentence(dialect, text) if text else [EMPTY_FINAL[dialect]]
    return spoken(dialect, **fields).reply(*replies).terminated().close()


def live(*texts: str, start_ms: int = 300, audio_ms: int = 5400) -> Session:
    """Sessions of funasr-realtime on one connection, in each of which one sentence was recognised."""
    talk = session("funasr-realtime")
    for text in texts:
        said = [{"text": text, "start": start_ms, "end": start_ms + 900}] if text else []
        final = {
            "sentences": said,
            "partial": "",
            "partial_start_ms": 0,
            "duration_ms": audio_ms,
            "is_final": True,
        }
        talk = talk.text("START", role="config").reply({"event": "started"}).audio(audio_ms)
        talk = talk.text("STOP", role="end").reply(final, {"event": "stopped"}).terminated()
    return talk


def changed(dialect: str, number: int, **fields: Any) -> Exchange:
    """The recorded session with these fields of one message changed."""
    replies = [dict(message) for message in REPLIES_P[dialect]]
    replies[number] |= fields
    return replied(dialect, *replies)


def without(dialect: str, number: int, field: str) -> Exchange:
    """The recorded session with one field of one message left out."""
    replies = [dict(message) for message in REPLIES_P[dialect]]
    del replies[number][field]
    return replied(dialect, *replies)
