"""Opening frames in their many forms."""

from collections.abc import Mapping, Sequence

from asrgate.audio.framing import ByChunk
from asrgate.audio.source import audio_of
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import AwaitReply, AwaitTerminator, Close, SendText, StreamAudio


@exchange
def guide_frame(given: Given) -> Exchange:
    """The first frame as the deployment guide gives it."""
    frame = (
        '{ "chunk_size": [5, 10, 5], "wav_name": "h5", "is_speaking": true, "wav_format": "pcm", '
        '"chunk_interval": 10, "itn": true, "mode": "2pass", '
        '"hotwords": "{\\"阿里巴巴\\":20,\\"hello world\\":40}"}'
    )
    audio = audio_of(given.sentence())
    stream = StreamAudio(audio=audio, framing=ByChunk())
    steps = (SendText(text=frame, role="config"), stream, *given.ending(after=audio), Close())
    return given.drive(given.session(*steps))


@exchange
def omitted(given: Given) -> Mapping[str, Exchange]:
    """The plain sentence without one optional field of the opening frame, for each of them."""
    fields = ("itn", "hotwords", "wav_format", "chunk_interval", "wav_name", "mode", "audio_fs")
    return {
        field: given.drive(given.utterance(given.sentence(), omit=[field], name=f"without-{field}"))
        for field in fields
    }


@exchange
def no_chunk_size(given: Given) -> Exchange:
    """An opening frame without chunk_size; 10 s are given for any answer."""
    audio = audio_of(given.sentence())
    end, _ = given.ending()
    return given.drive(
        given.session(
            given.opening(wav_name="no-chunk-size", omit=["chunk_size"]),
            StreamAudio(audio=audio, framing=ByChunk()),
            end,
            AwaitTerminator(timeout_s=10),
            Close(),
        )
    )


@exchange
def unknown_mode(given: Given) -> Exchange:
    """The plain sentence in a mode that no server knows."""
    return given.drive(given.utterance(given.sentence(), mode="foo"))


@exchange
def refused(given: Given) -> Sequence[Exchange]:
    """Sessions that cannot be served as they are: no PCM, no known mode, no chunk_size; or a COMMIT."""
    if given.dialect.asks_by == "commands":
        commit = (SendText(text="COMMIT"), AwaitReply(timeout_s=5))
        return [given.drive(given.session(given.opening(), *commit, *given.ending(), Close(), name="commit"))]
    compressed = given.utterance(given.sentence(), also={"wav_format": "mp3"}, name="mp3")
    return [given.drive(compressed), unknown_mode(given), no_chunk_size(given)]


@exchange
def guide_hotwords(given: Given) -> Exchange:
    """The plain sentence with the hotwords of the deployment guide."""
    hotwords = {"阿里巴巴": 25, "人工智能": 30, "语音识别": 28, "机器学习": 22}
    return given.drive(given.utterance(given.sentence(), hotwords=hotwords))
