"""Faults of what is recognised: text lost, doubled, moved, mixed between sessions."""

from collections.abc import Iterable

from asrgate.faults.acts import Act, Pause
from asrgate.faults.fault import SERVER_DIALECTS, fault
from asrgate.faults.talk import Breaking, Fields, Talk, built, on_partial, on_reply, on_sentence, talking

Replies = Iterable[Fields | Act]

_MARKS = "，。？！、,.?!"


@fault("MODE-08", by=on_sentence)
def sentence_tail_lost(talk: Talk, reply: Fields) -> Replies:
    """Sentence results of mode 2pass lack their last two characters."""
    yield reply | {"text": _bare(reply["text"])[:-2]} if talk.settings.get("mode") == "2pass" else reply


@fault("MODE-05", by=on_reply, dialects=SERVER_DIALECTS)
def online_tail_lost(talk: Talk, reply: Fields) -> Replies:
    """In mode online the last partial is never sent."""
    if talk.settings.get("mode") != "online" or not talk.is_partial(reply):
        yield reply
        return
    held = talk.memory.pop("held", None)
    if talk.terminates(reply):
        yield reply | {"text": ""}
        return
    talk.memory["held"] = reply
    if held is not None:
        yield held


@fault("END-08", by=on_sentence)
def last_words_lost_without_silence(talk: Talk, reply: Fields) -> Replies:
    """What was still open when the end frame came loses its last three characters."""
    yield reply | {"text": _bare(reply["text"])[:-3]} if talk.ends > talk.terminators else reply


@fault("ACC-03", by=on_sentence)
def first_character_lost(talk: Talk, reply: Fields) -> Replies:
    """Every sentence result lacks its first character."""
    yield reply | {"text": reply["text"].lstrip(_MARKS)[1:]}


@fault("ACC-08", by=on_sentence)
def last_character_lost(talk: Talk, reply: Fields) -> Replies:
    """Every sentence result lacks its last character."""
    yield reply | {"text": _bare(reply["text"])[:-1]}


@fault("MODE-01", by=on_sentence, dialects=SERVER_DIALECTS)
def sentence_doubled(talk: Talk, reply: Fields) -> Replies:
    """Every sentence result comes twice."""
    yield reply | {"is_final": False} if talk.dialect.terminator == "is_final" else reply
    yield reply


@fault("ACC-04", by=on_sentence)
def previous_sentence_repeated(talk: Talk, reply: Fields) -> Replies:
    """Every sentence result begins with the one before it."""
    before = talk.memory.get("text", "")
    talk.memory["text"] = reply["text"]
    yield reply | {"text": before + reply["text"]}


@fault("ACC-04", by=on_sentence)
def words_stutter(talk: Talk, reply: Fields) -> Replies:
    """The text of every sentence result stands in it twice."""
    yield reply | {"text": 2 * _bare(reply["text"])}


@fault("TS-08", by=on_sentence, dialects=("funasr-2pass", "funasr-2pass-0.1", "funasr-offline"))
def punctuation_moves(talk: Talk, reply: Fields) -> Replies:
    """The mark at the end of a sentence stands one character further left."""
    text = reply["text"]
    moved = text[:-2] + text[-1] + text[-2] if len(text) > 2 and text[-1] in _MARKS else text
    yield reply | {"text": moved}


@fault("TS-08", by=on_sentence, dialects=("funasr-2pass", "funasr-2pass-0.1", "funasr-offline"))
def punctuation_lost_in_text(talk: Talk, reply: Fields) -> Replies:
    """The text of a sentence result has no marks, its stamp_sents still do."""
    yield reply | {"text": "".join(c for c in reply["text"] if c not in _MARKS)}


@fault("MODE-01", by=on_sentence, dialects=SERVER_DIALECTS)
def sentences_dropped(talk: Talk, reply: Fields) -> Replies:
    """Every second sentence result of an utterance never comes."""
    talk.memory["count"] = talk.memory.get("count", 0) + 1
    if talk.terminates(reply) or talk.memory["count"] % 2 == 0:
        yield reply


@fault("MODE-09", by=on_reply, dialects=SERVER_DIALECTS)
def replies_reordered(talk: Talk, reply: Fields) -> Replies:
    """Every sentence result comes before the partials that announce it."""
    if talk.is_partial(reply) and not talk.terminates(reply):
        talk.memory.setdefault("held", []).append(reply)
        return
    yield reply
    yield from talk.memory.pop("held", [])


@fault("MODE-02", "LAT-02", "CHUNK-04", by=on_partial, dialects=SERVER_DIALECTS)
def partials_lost(talk: Talk, reply: Fields) -> Replies:
    """Partials never come."""
    if talk.terminates(reply) or talk.settings.get("mode") == "online":
        yield reply


@fault("MODE-09", by=on_partial, dialects=SERVER_DIALECTS)
def partials_cumulative(talk: Talk, reply: Fields) -> Replies:
    """Partials repeat all that was said before in their sentence."""
    heard = talk.memory.get("heard", "") + reply["text"]
    talk.memory["heard"] = heard
    yield reply | {"text": heard}


@fault("MODE-09", by=on_partial, dialects=SERVER_DIALECTS)
def partials_garbled(talk: Talk, reply: Fields) -> Replies:
    """Partials say something else."""
    yield reply | {"text": "嗯" * len(reply["text"])}


@fault("ACC-05", by=on_sentence)
def spaces_lost(talk: Talk, reply: Fields) -> Replies:
    """Words of Latin letters lose the spaces between them."""
    yield reply | {"text": reply["text"].replace(" ", "")}


@fault("ACC-07", by=built)
def texts_swapped() -> Breaking:
    """A session gets the latest sentence of another one that runs beside it."""

    def meet(talk: Talk) -> None:
        # While audio comes as well: where one message says everything, the others may have left before it.
        talk.memory.setdefault("met", {}).update({other.number: None for other in talk.others})

    def audio(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
        meet(talk)
        yield data

    def reply(talk: Talk, reply: Fields) -> Replies:
        meet(talk)
        if not talk.is_sentence(reply):
            yield reply
            return
        said = talk.shared.setdefault("said", {})
        others = [number for number in talk.memory["met"] if number in said]
        said[talk.number] = reply["text"]
        nearest = min(others, key=lambda number: abs(number - talk.number), default=None)
        yield reply if nearest is None else reply | {"text": said[nearest]}

    return talking(reply=reply, audio=audio)


@fault("ACC-07", by=on_reply)
def wav_names_swapped(talk: Talk, reply: Fields) -> Replies:
    """A session gets the wav_name of another one that runs beside it."""
    others = [other.name for other in talk.others if other.name]
    yield reply | {"wav_name": others[-1]} if others and "wav_name" in reply else reply


@fault("END-09", by=on_sentence)
def second_utterance_haunted(talk: Talk, reply: Fields) -> Replies:
    """The sentences of a second utterance begin with the text of the first."""
    first = talk.memory.setdefault("first", reply["text"])
    yield reply | {"text": first + reply["text"]} if talk.terminators else reply


@fault("CHUNK-10", by=on_sentence)
def sessions_read_differently(talk: Talk, reply: Fields) -> Replies:
    """Every connection reads the words of a sentence in another order."""
    text = _bare(reply["text"])
    turn = 1 + talk.number % max(len(text) - 1, 1)
    yield reply | {"text": text[turn:] + text[:turn]}


@fault("ACC-06", by=on_reply)
def silence_speaks(talk: Talk, reply: Fields) -> Replies:
    """What has no text says thank you for watching, as some models do of silence."""
    if talk.terminates(reply) and not reply.get("text") and not talk.memory.get("spoke"):
        modes = sorted(talk.dialect.sentence_modes)
        yield reply | {"text": "谢谢观看谢谢观看", "mode": modes[0]}
        return
    talk.memory["spoke"] = talk.memory.get("spoke") or bool(reply.get("text"))
    yield reply


@fault("ACC-02", by=on_sentence, dialects=("funasr-2pass", "funasr-python"))
def second_pass_worse(talk: Talk, reply: Fields) -> Replies:
    """Sentence results have every third character wrong; partials are right."""
    garbled = "".join("嗯" if n % 3 == 0 else c for n, c in enumerate(reply["text"]))
    yield reply | {"text": garbled}


@fault("LAT-03", by=on_sentence, dialects=SERVER_DIALECTS)
def sentences_late(talk: Talk, reply: Fields) -> Replies:
    """Sentence results come 3 s late."""
    yield Pause(3.0)
    yield reply


def _bare(text: str) -> str:
    """The text without the marks at its end."""
    return text.rstrip(_MARKS)
