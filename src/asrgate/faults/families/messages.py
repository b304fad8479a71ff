"""Faults in the form of replies: JSON, types, labels (docs/protocol.md section 4)."""

from collections.abc import Iterable

from websockets.frames import Opcode

from asrgate.faults.acts import Act, Send
from asrgate.faults.fault import fault
from asrgate.faults.talk import Fields, Talk, on_partial, on_reply, on_reply_text, on_sentence, on_terminator

Replies = Iterable[Fields | Act]

_REAL_TIME = ("funasr-2pass", "funasr-2pass-0.1")
_CURRENT = ("funasr-2pass",)
_PUFFED = "x" * (2**20 + 1)


@fault("SCH-01", by=on_reply_text)
def json_cut_short(talk: Talk, text: str) -> Iterable[str | Act]:
    """Every message lacks its last character."""
    yield text[:-1]


@fault("SCH-01", by=on_reply_text)
def json_in_array(talk: Talk, text: str) -> Iterable[str | Act]:
    """Every message is an array around the object."""
    yield f"[{text}]"


@fault("SCH-01", by=on_reply_text)
def replies_binary(talk: Talk, text: str) -> Iterable[str | Act]:
    """Replies come in binary frames."""
    yield Send(Opcode.BINARY, text.encode("utf-8", "surrogateescape"))


@fault("SCH-01", by=on_reply_text)
def replies_not_utf8(talk: Talk, text: str) -> Iterable[str | Act]:
    """Sentences come in another encoding than UTF-8."""
    yield Send(Opcode.TEXT, text.encode("gb18030", "replace")) if "offline" in text else text


@fault("SCH-02", by=on_reply)
def text_retyped(talk: Talk, reply: Fields) -> Replies:
    """An empty text comes as null."""
    yield reply if reply.get("text", "-") else reply | {"text": None}


@fault("SCH-02", by=on_reply)
def is_final_retyped(talk: Talk, reply: Fields) -> Replies:
    """is_final comes as a string, except on what ends an utterance."""
    if "is_final" in reply and not talk.terminates(reply):
        reply = reply | {"is_final": str(reply["is_final"]).lower()}
    yield reply


@fault("SCH-02", by=on_sentence)
def is_final_missing(talk: Talk, reply: Fields) -> Replies:
    """Sentence results in the middle carry no is_final."""
    yield reply if talk.terminates(reply) else {k: v for k, v in reply.items() if k != "is_final"}


@fault("SCH-02", by=on_sentence)
def wav_name_missing(talk: Talk, reply: Fields) -> Replies:
    """Sentence results carry no wav_name."""
    yield {key: value for key, value in reply.items() if key != "wav_name"}


@fault("SCH-03", by=on_reply)
def wav_name_default(talk: Talk, reply: Fields) -> Replies:
    """Every message carries the default name, whatever was configured."""
    yield reply | {"wav_name": "wav-default-id"} if "wav_name" in reply else reply


@fault("SCH-03", by=on_reply)
def wav_name_ascii_only(talk: Talk, reply: Fields) -> Replies:
    """Characters beyond ASCII come back as question marks in wav_name."""
    name = reply.get("wav_name")
    yield reply | {"wav_name": name.encode("ascii", "replace").decode()} if isinstance(name, str) else reply


@fault("SCH-03", by=on_reply)
def wav_name_of_first_utterance(talk: Talk, reply: Fields) -> Replies:
    """The name of a connection's first utterance stays for all that follow."""
    first = talk.memory.setdefault("first", reply.get("wav_name"))
    yield reply | {"wav_name": first} if "wav_name" in reply else reply


@fault("SCH-04", by=on_sentence)
def mode_missing(talk: Talk, reply: Fields) -> Replies:
    """Sentence results carry no mode."""
    yield {key: value for key, value in reply.items() if key != "mode"}


@fault("SCH-04", by=on_sentence)
def mode_unknown(talk: Talk, reply: Fields) -> Replies:
    """Sentence results are labelled with a mode that the dialect does not have."""
    yield reply | {"mode": "final"}


@fault("MODE-01", "MODE-02", by=on_partial)
def partials_labelled_as_sentences(talk: Talk, reply: Fields) -> Replies:
    """Partials are labelled as sentence results."""
    yield reply | {"mode": "2pass-offline"}


@fault("MODE-01", by=on_sentence, dialects=_REAL_TIME)
def sentences_labelled_as_partials(talk: Talk, reply: Fields) -> Replies:
    """Sentence results are labelled as partials."""
    yield reply | {"mode": "2pass-online"}


@fault("SCH-06", by=on_sentence, dialects=_REAL_TIME)
def is_final_on_sentences(talk: Talk, reply: Fields) -> Replies:
    """Every sentence result says that it is the final one."""
    yield reply | {"is_final": True}


@fault("SCH-06", "END-01", by=on_terminator, dialects=_REAL_TIME)
def is_final_never(talk: Talk, reply: Fields) -> Replies:
    """is_final is never true."""
    yield reply | {"is_final": False}


@fault("SCH-06", by=on_reply, dialects=_REAL_TIME)
def is_final_inverted(talk: Talk, reply: Fields) -> Replies:
    """is_final is true while the client speaks, and false after its end."""
    yield reply | {"is_final": not reply.get("is_final")}


@fault("SCH-06", by=on_reply, dialects=("funasr-offline",))
def is_final_on_offline_results(talk: Talk, reply: Fields) -> Replies:
    """The offline server says is_final true."""
    yield reply | {"is_final": True}


@fault("SCH-06", by=on_sentence, dialects=("funasr-python",))
def is_final_missing_on_sentences(talk: Talk, reply: Fields) -> Replies:
    """Sentence results of the Python server say is_final false."""
    yield reply | {"is_final": False}


@fault("SCH-05", by=on_reply, dialects=("funasr-offline", "funasr-python"))
def mode_missing_on_empty(talk: Talk, reply: Fields) -> Replies:
    """Messages without text carry no mode."""
    yield reply if reply.get("text") else {key: value for key, value in reply.items() if key != "mode"}


@fault("SCH-08", by=on_sentence)
def timestamp_changes_its_type(talk: Talk, reply: Fields) -> Replies:
    """Every second sentence result carries its timestamp as an object."""
    talk.memory["count"] = talk.memory.get("count", 0) + 1
    talk.shared["count"] = talk.shared.get("count", 0) + 1
    odd = talk.shared["count"] % 2
    yield reply if odd else reply | {"timestamp": {"pairs": reply.get("timestamp")}}


@fault("SCH-10", by=on_sentence)
def punctuation_leads(talk: Talk, reply: Fields) -> Replies:
    """The mark at the end of a sentence comes at its beginning."""
    text = reply["text"]
    yield (
        reply | {"text": text[-1] + text[:-1]} if text[-1] in "，。？！、" else reply | {"text": "，" + text}
    )


@fault("SCH-12", by=on_sentence, dialects=_CURRENT)
def index_stands_still(talk: Talk, reply: Fields) -> Replies:
    """Every sentence has the index 0."""
    yield reply | {"index": 0} if "index" in reply else reply


@fault("SCH-12", by=on_partial, dialects=_CURRENT)
def slice_type_never_opens(talk: Talk, reply: Fields) -> Replies:
    """No partial says that it opens a sentence."""
    yield reply | {"slice_type": 1} if "slice_type" in reply else reply


@fault("SCH-13", by=on_sentence, dialects=_CURRENT)
def start_time_of_the_session(talk: Talk, reply: Fields) -> Replies:
    """start_time is 2 s too late."""
    yield reply | {"start_time": reply["start_time"] + 2000} if "start_time" in reply else reply


@fault("SCH-15", by=on_sentence)
def replies_puffed_up(talk: Talk, reply: Fields) -> Replies:
    """Sentence results carry more than 1 MiB of padding."""
    yield reply | {"debug": _PUFFED}
