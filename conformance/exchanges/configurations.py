"""Opening frames in their many forms."""

from collections.abc import Mapping, Sequence

from asrgate.audio.framing import ByChunk
from asrgate.audio.source import SyntheticSilence, audio_of
from asrgate.judge.renewal import SplitRun
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import AwaitReply, AwaitTerminator, Close, Listen, SendText, StreamAudio
from exchanges.texts import rare_terms, with_terms


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
def repaired(given: Given) -> Exchange:
    """An opening frame without chunk_size, then a whole one, and the plain sentence."""
    deaf = given.opening(wav_name="repaired", omit=["chunk_size"])
    return given.drive(given.session(deaf, *given.turn(audio_of(given.sentence())), Close()))


@exchange
def split_configurations(given: Given) -> Sequence[SplitRun]:
    """The clips with rare terms, their hotwords in the second of two opening frames."""
    later = ("mode", "wav_name", "itn", "hotwords", "chunk_interval")
    runs = []
    for clip, run in zip(with_terms(given), rare_terms(given), strict=True):
        audio = audio_of(clip)
        first = given.opening(omit=later)
        second, stream, *end = given.turn(
            audio,
            omit=["chunk_size", "audio_fs", "wav_format", "is_speaking"],
            **given.hotwords(clip.hotwords),
        )
        session = given.session(first, second, stream, *end, Close(), name="split-configuration")
        runs.append(
            SplitRun(term=run.term, without=run.without, whole=run.biased, split=given.drive(session))
        )
    return runs


@exchange
def unknown_fields(given: Given) -> Exchange:
    """The plain sentence, with twenty fields of all types that no server knows."""
    kinds: tuple[object, ...] = (True, False, None, 0, -1, 1.5, "", "值", [], [1, [2]], {}, {"a": {"b": 1}})
    fields = {f"x_asrgate_{number}": kinds[number % len(kinds)] for number in range(20)}
    return given.drive(given.utterance(given.sentence(), also=fields))


@exchange
def renewed(given: Given) -> Exchange:
    """A spoken number and a pause, then another name and itn false, then the number again: one utterance."""
    clip = given.shortest("itn")
    first, stream, *end = given.turn(audio_of(clip), wav_name="renewed-before", itn=True)
    pause = StreamAudio(audio=SyntheticSilence(duration_ms=2500), framing=ByChunk())
    second = given.opening(wav_name="renewed-after", itn=False)
    return given.drive(given.session(first, stream, pause, Listen(seconds=2), second, stream, *end, Close()))


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
