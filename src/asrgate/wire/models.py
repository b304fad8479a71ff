"""The messages of each dialect as its servers send them: what docs/asyncapi.yaml is made from.

They describe; nothing is parsed by them, because a judge must be able to read what should not be
(`asrgate.wire.messages`). See docs/protocol.md sections 3 and 4.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Pair = Annotated[list[int], Field(min_length=2, max_length=2, description="start and end in ms")]
ConnectedAt = Annotated[
    int,
    Field(description="epoch milliseconds at which the connection was opened; measures nothing in the audio"),
]
StampString = Annotated[
    str,
    Field(
        description="word stamps as a JSON array of [start, end] in ms, inside a string",
        examples=["[[300,460],[500,659]]"],
    ),
]
Name = Annotated[str, Field(description="`wav_name` as it was configured, byte for byte")]


class Message(BaseModel):
    """A JSON object; fields that are not described here are legal."""

    model_config = ConfigDict(extra="allow")


# Client


class Opening(Message):
    """Says what is coming. Every value must have exactly this type: a wrong one can end a C++ server."""

    mode: Literal["2pass", "online", "offline"] = "2pass"
    chunk_size: list[int] = Field(
        min_length=3,
        max_length=3,
        description="look-back, step and look-ahead in units of 60 ms",
        examples=[[5, 10, 5]],
    )
    chunk_interval: int = Field(
        10, description="binary frames per streaming step; the Python server alone reads it"
    )
    audio_fs: int = Field(16000, description="sampling rate of the audio in Hz")
    wav_name: str = Field("", description="comes back in every reply")
    wav_format: str = Field("pcm", description="pcm; the offline server may decode others")
    is_speaking: bool = True
    itn: bool = Field(True, description="write numbers with digits, in sentences")
    hotwords: str = Field(
        "", description="a JSON object inside a string: words to integer weights", examples=['{"阿里":20}']
    )


class EndOfInput(Message):
    """Ends the utterance. `is_end` asks the Python server for its acknowledgement."""

    is_speaking: Literal[False]
    is_end: bool = True


# funasr-2pass


class Clause(Message):
    """A stretch of a sentence up to a punctuation mark; without tokens start and end are -1."""

    text_seg: str = Field(description="tokens with a blank between them")
    punc: str
    start: int = Field(description="ms")
    end: int = Field(description="ms")
    ts_list: list[Pair] = Field(default=[], description="one pair for each token")


class Partial(Message):
    """A delta: what the first pass heard since the one before."""

    text: str
    mode: Literal["2pass-online"]
    is_final: bool = Field(description="true on the reply to the end frame in mode online")
    wav_name: Name
    timestamp: ConnectedAt
    slice_type: Literal[0, 1] = Field(description="0 opens a sentence, 1 continues it")
    index: int = Field(description="number of the sentence on this connection, from 0")


class Sentence(Message):
    """A sentence as the second pass reads it; replaces the partials before it."""

    text: str
    mode: Literal["2pass-offline"]
    is_final: bool = Field(description="true on the one reply to the end frame")
    wav_name: Name
    timestamp: StampString | ConnectedAt
    stamp_sents: list[Clause] = Field(default=[], description="absent without word stamps")
    slice_type: Literal[2]
    index: int = Field(description="number of the sentence on this connection, from 0")
    start_time: int = Field(description="ms")
    end_time: int = Field(description="ms")


class EmptyFinal(Message):
    """Answers the end frame when nothing is left to say."""

    text: Literal[""]
    is_final: Literal[True]
    wav_name: Name
    timestamp: ConnectedAt


class FormatError(Message):
    """Answers the end frame of audio that is not PCM. It looks like a transcript."""

    text: str = Field(examples=["ERROR. Real-time transcription service ONLY SUPPORT PCM stream."])
    is_final: Literal[True]
    wav_name: Name


# funasr-2pass-0.1


class Partial01(Message):
    """A delta: what the first pass heard since the one before."""

    text: str
    mode: Literal["2pass-online"]
    is_final: bool
    wav_name: Name


class Sentence01(Message):
    """A sentence as the second pass reads it; in mode online too, where it replaces the last delta."""

    text: str
    mode: Literal["2pass-offline"]
    is_final: bool = Field(description="true on the one reply to the end frame")
    wav_name: Name
    timestamp: StampString = Field(default="", description="absent without word stamps")
    stamp_sents: list[Clause] = Field(default=[], description="since 0.1.7")


class EmptyFinal01(Message):
    """Answers the end frame when nothing is left to say."""

    text: Literal[""]
    is_final: Literal[True]
    wav_name: Name


# funasr-offline


class FileResult(Message):
    """The one answer to an end frame; without text when nothing was heard or the audio cannot be decoded."""

    text: str
    mode: Literal["offline"]
    is_final: Literal[False] = Field(description="never true")
    wav_name: Name
    timestamp: StampString = Field(default="", description="absent without word stamps")
    stamp_sents: list[Clause] = Field(default=[], description="absent without word stamps")


# funasr-python


class PythonPartial(Message):
    """A delta. In mode online the last one of a segment is final."""

    text: str
    mode: Literal["2pass-online", "online"]
    is_final: bool
    wav_name: Name


class PythonSentence(Message):
    """A sentence; its stamps count from the beginning of its segment."""

    text: str
    mode: Literal["2pass-offline", "offline"]
    is_final: Literal[True]
    wav_name: Name
    timestamp: list[Pair] = Field(default=[], description="absent without text")
    spk_name: str = ""
    spk_score: float = 0.0
    punc_array: list[int] = []


class Acknowledgement(Message):
    """Answers an end frame with `is_end`, after everything else."""

    mode: str = Field(description="as it was requested, not as replies carry it")
    is_final: bool = Field(description="false when something went wrong in this utterance")
    is_end: Literal[True]
    wav_name: Name
    error: str = Field(default="", description="absent when nothing went wrong")


# funasr-realtime


class TimedSentence(Message):
    """A sentence with its times since START."""

    text: str
    start: int = Field(description="ms")
    end: int = Field(description="ms")
    spk: int = Field(default=0, description="who spoke, from 0; absent without speaker diarisation")


class Update(Message):
    """Everything that was recognised since START: it replaces the update before."""

    sentences: list[TimedSentence]
    partial: str = Field(description="the whole provisional text of the open segment")
    partial_start_ms: int
    duration_ms: int = Field(description="audio received since START")
    is_final: bool = Field(description="true once, in the reply to STOP")


class Started(Message):
    """Answers START."""

    event: Literal["started"]


class Stopped(Message):
    """Answers STOP, after the final if audio came."""

    event: Literal["stopped"]


class HotwordsSet(Message):
    """Answers the command HOTWORDS."""

    event: Literal["hotwords_set"]
    hotwords: list[str]


class PostprocessHotwordsSet(Message):
    """Answers the command POSTPROCESS_HOTWORDS."""

    event: Literal["postprocess_hotwords_set"]
    postprocess_hotwords: dict[str, str]


class LanguageSet(Message):
    """Answers the command LANGUAGE."""

    event: Literal["language_set"]
    language: str


class Problem(Message):
    """Says what is wrong with a command."""

    event: Literal["error"]
    error: str
