"""CHUNK: cutting and pacing."""

from typing import Any

import pytest

from asrgate.audio.framing import ByBytes, ByChunk, EmptyFrames, Framing, OddCuts, RandomSizes, Stalled, Whole
from asrgate.judge.chunking import (
    early_audio_is_used_or_refused,
    empty_frames_are_ignored,
    frame_sizes_agree,
    interval_does_not_matter,
    pace_does_not_matter,
    partials_follow_the_step,
    presets_agree,
    random_splits_agree,
    same_again,
    stall_keeps_the_text,
)
from asrgate.judge.finding import Finding, Verdict
from asrgate.wire.exchange import Exchange

from .exchanges import BY_CHUNK, judged, session
from .recorded import (
    ALL,
    EMPTY_FINAL,
    LIVE_TOO,
    PYTHON_ACK,
    REPLIES_P,
    WITH_PARTIALS,
    WITH_SESSION_STAMPS,
    heard,
    partial,
    sentence,
    spoken,
)

with_session_stamps = pytest.mark.parametrize("dialect", WITH_SESSION_STAMPS)

STAMPS = [[300, 460], [500, 659], [700, 859]]


def cut(dialect: str, replies: list[Any], framing: Framing = BY_CHUNK, pace: float | None = None) -> Exchange:
    """A session whose audio was cut in this way."""
    chunk_size = list(framing.chunk_size) if isinstance(framing, ByChunk) else [5, 10, 5]
    return (
        session(dialect)
        .config(wav_name="t1", chunk_size=chunk_size)
        .audio(5400, framing=framing, pace=pace)
        .end()
        .reply(*replies)
        .terminated()
        .close()
    )


def sizes(dialect: str, *replies: list[Any]) -> list[Exchange]:
    """Sessions with frames of 640, 2, 1600 bytes and the whole audio."""
    framings = (ByBytes(640), ByBytes(2), ByBytes(1600), Whole())
    return [cut(dialect, reply, framing) for reply, framing in zip(replies, framings, strict=False)]


@with_session_stamps
@judged("CHUNK-01", Verdict.PASS, "640 bytes, 2 bytes, 1600 bytes, the whole audio")
def test_the_same_sentences_for_all_sizes_pass(dialect: str) -> Finding:
    """Texts and stamps are the same for every size."""
    return frame_sizes_agree(sizes(dialect, *[REPLIES_P[dialect]] * 4))


@with_session_stamps
@judged("CHUNK-01", Verdict.PASS)
def test_stamps_may_be_rounded_otherwise(dialect: str) -> Finding:
    """One millisecond is rounding."""
    rounded = [[300, 460], [500, 660], [700, 860]]
    return frame_sizes_agree(
        sizes(dialect, sentence(dialect, "一二三", STAMPS), sentence(dialect, "一二三", rounded))
    )


@with_session_stamps
@judged("CHUNK-01", Verdict.FAIL, "2 bytes", "['二三'] instead of ['一二三']", "compared with 640 bytes")
def test_another_text_fails(dialect: str) -> Finding:
    """The size is named, and both texts."""
    return frame_sizes_agree(sizes(dialect, sentence(dialect, "一二三"), sentence(dialect, "二三")))


@with_session_stamps
@judged("CHUNK-01", Verdict.FAIL, "by up to 40 ms")
def test_moved_stamps_fail(dialect: str) -> Finding:
    """The text is the same, its times are not."""
    moved = [[start + 40, end + 40] for start, end in STAMPS]
    return frame_sizes_agree(
        sizes(dialect, sentence(dialect, "一二三", STAMPS), sentence(dialect, "一二三", moved))
    )


@judged("CHUNK-01", Verdict.FAIL, "in number")
def test_lost_stamps_fail() -> Finding:
    """Stamps must not go missing."""
    return frame_sizes_agree(
        sizes("funasr-2pass", sentence("funasr-2pass", "一二三", STAMPS), sentence("funasr-2pass", "一二三"))
    )


@judged("CHUNK-01", Verdict.FAIL, "[] instead of ['一二三']")
def test_a_size_that_gives_nothing_fails() -> Finding:
    """A server that hears nothing in tiny frames fails."""
    return frame_sizes_agree(
        sizes("funasr-2pass", sentence("funasr-2pass", "一二三"), [EMPTY_FINAL["funasr-2pass"]])
    )


@judged("CHUNK-01", Verdict.INCONCLUSIVE, "no session gave text")
def test_without_text_sizes_cannot_be_compared() -> Finding:
    """Empty answers are equal and prove nothing."""
    return frame_sizes_agree(sizes("funasr-2pass", *[[EMPTY_FINAL["funasr-2pass"]]] * 2))


PRESETS = (ByChunk((5, 10, 5)), ByChunk((3, 6, 3)), ByChunk((8, 15, 8)))


def preset(dialect: str, *texts: str) -> list[Exchange]:
    """Sessions with the three latency presets."""
    return [cut(dialect, sentence(dialect, text), p) for text, p in zip(texts, PRESETS, strict=True)]


@pytest.mark.parametrize("dialect", ALL)
@judged("CHUNK-03", Verdict.PASS, "[5, 10, 5], [3, 6, 3], [8, 15, 8]")
def test_presets_with_the_same_text_pass(dialect: str) -> Finding:
    """All three give the same sentences."""
    return presets_agree(preset(dialect, "一二三。", "一二三。", "一二三。"))


@pytest.mark.parametrize("dialect", ALL)
@judged("CHUNK-03", Verdict.FAIL, "[3, 6, 3]", "'一二。'")
def test_a_preset_with_another_text_fails(dialect: str) -> Finding:
    """The preset is named."""
    return presets_agree(preset(dialect, "一二三。", "一二。", "一二三。"))


@judged("CHUNK-03", Verdict.FAIL, "[8, 15, 8]", "''")
def test_a_preset_without_text_fails() -> Finding:
    """A preset that does not work gives nothing."""
    first, second, _ = preset("funasr-2pass", "一二三", "一二三", "一二三")
    return presets_agree([first, second, cut("funasr-2pass", [EMPTY_FINAL["funasr-2pass"]], PRESETS[2])])


@judged("CHUNK-03", Verdict.PASS)
def test_segments_that_follow_the_frames_may_be_punctuated_otherwise() -> Finding:
    """The Python server cuts segments by the client's frames."""
    return presets_agree(preset("funasr-python", "一二，三", "一二三", "，一二三"))


@judged("CHUNK-03", Verdict.FAIL)
def test_other_punctuation_fails_where_segments_do_not_follow_the_frames() -> Finding:
    """On the C++ servers the second pass does not depend on the preset."""
    return presets_agree(preset("funasr-2pass", "一二，三", "一二三", "一二三"))


@judged("CHUNK-03", Verdict.INCONCLUSIVE, "no preset gave text")
def test_without_text_presets_cannot_be_compared() -> Finding:
    """Empty answers prove nothing."""
    return presets_agree([cut("funasr-2pass", [EMPTY_FINAL["funasr-2pass"]], p) for p in PRESETS])


@pytest.mark.parametrize("dialect", ALL)
@judged("CHUNK-05", Verdict.PASS, "frames of 60 ms in real time, 60 ms")
def test_the_same_sentences_at_any_pace_pass(dialect: str) -> Finding:
    """Sentences, not partials, are compared."""
    replies = REPLIES_P[dialect]
    return pace_does_not_matter(cut(dialect, replies), cut(dialect, replies, pace=1.0))


@pytest.mark.parametrize("dialect", ALL)
@judged("CHUNK-05", Verdict.FAIL, "['一二'] instead of ['一二三']")
def test_a_hurried_session_that_reads_otherwise_fails(dialect: str) -> Finding:
    """Sending fast must not lose anything."""
    return pace_does_not_matter(
        cut(dialect, sentence(dialect, "一二")), cut(dialect, sentence(dialect, "一二三"), pace=1.0)
    )


@judged("CHUNK-05", Verdict.INCONCLUSIVE, "no session gave text")
def test_without_text_paces_cannot_be_compared() -> Finding:
    """Empty answers prove nothing."""
    nothing = [EMPTY_FINAL["funasr-2pass"]]
    return pace_does_not_matter(cut("funasr-2pass", nothing), cut("funasr-2pass", nothing, pace=1.0))


every_dialect = pytest.mark.parametrize("dialect", ALL)
SAID, LOST = "今天的天气非常好", "今天的天气"


def alone(dialect: str, text: str, framing: Framing = BY_CHUNK) -> Exchange:
    """A session of one sentence, cut in this way."""
    return cut(dialect, sentence(dialect, text) if text else [EMPTY_FINAL[dialect]], framing)


@with_session_stamps
@judged("CHUNK-02", Verdict.PASS, "640 bytes, odd-cuts sizes, random-sizes sizes")
def test_the_same_sentences_for_uneven_frames_pass(dialect: str) -> Finding:
    """Bytes are joined before they are samples."""
    even, odd, random = (
        alone(dialect, SAID, framing) for framing in (ByBytes(640), OddCuts(1), RandomSizes(1))
    )
    return random_splits_agree(even, [odd, random])


@with_session_stamps
@judged("CHUNK-02", Verdict.FAIL, "odd-cuts sizes", "['今天的天气']")
def test_noise_after_an_odd_cut_fails(dialect: str) -> Finding:
    """A server that drops half a sample hears noise from there on."""
    return random_splits_agree(alone(dialect, SAID, ByBytes(640)), [alone(dialect, LOST, OddCuts(1))])


@judged("CHUNK-02", Verdict.INCONCLUSIVE, "no session gave text")
def test_without_text_uneven_frames_agree_on_nothing() -> Finding:
    """Silence reads the same however it is cut."""
    return random_splits_agree(alone("funasr-2pass", ""), [alone("funasr-2pass", "", OddCuts(1))])


def stepped(dialect: str, partials: int, chunk: int) -> Exchange:
    """A session with so many partials, with steps of `chunk` x 60 ms."""
    deltas = [partial(dialect, "好")] * partials
    return cut(dialect, [*deltas, *sentence(dialect, SAID)], ByChunk((5, chunk, 5)))


@pytest.mark.parametrize("dialect", WITH_PARTIALS)
@judged("CHUNK-04", Verdict.PASS, "4 partials for 3000 ms of speech in steps of 600 ms", "in steps of 360 ms")
def test_a_partial_for_each_step_passes(dialect: str) -> Finding:
    """The last one is often not sent."""
    return partials_follow_the_step([stepped(dialect, 4, 10), stepped(dialect, 7, 6)], speech_ms=3000)


@pytest.mark.parametrize("partials", [0, 1, 12])
@judged("CHUNK-04", Verdict.FAIL, "for 3000 ms of speech in steps of 600 ms, expected about 5.0")
def test_too_few_and_too_many_partials_fail(partials: int) -> Finding:
    """Up to half as many and twice as many is what silence and rounding make."""
    return partials_follow_the_step([stepped("funasr-2pass", partials, 10)], speech_ms=3000)


@judged("CHUNK-04", Verdict.INCONCLUSIVE, "no preset gave text")
def test_without_text_no_partials_are_counted() -> Finding:
    """A recogniser that hears nothing has no partials."""
    return partials_follow_the_step([cut("funasr-2pass", [EMPTY_FINAL["funasr-2pass"]])], speech_ms=3000)


def intervals(dialect: str, *texts: str) -> list[Exchange]:
    """Sessions with chunk_interval 10, 5 and 20."""
    return [
        heard(dialect, text, chunk_interval=interval)
        for text, interval in zip(texts, (10, 5, 20), strict=False)
    ]


@with_session_stamps
@judged("CHUNK-06", Verdict.PASS, "chunk_interval 10, 5, 20")
def test_the_same_sentences_for_all_intervals_pass(dialect: str) -> Finding:
    """The C++ servers do not read the field."""
    return interval_does_not_matter(intervals(dialect, SAID, SAID, SAID))


@with_session_stamps
@judged("CHUNK-06", Verdict.FAIL, "chunk_interval 20", "compared with 10")
def test_another_text_for_another_interval_fails(dialect: str) -> Finding:
    """The interval is named."""
    return interval_does_not_matter(intervals(dialect, SAID, SAID, LOST))


@judged("CHUNK-06", Verdict.INCONCLUSIVE, "no session gave text")
def test_without_text_intervals_do_not_matter() -> Finding:
    """Nothing is the same as nothing."""
    return interval_does_not_matter(intervals("funasr-2pass", "", "", ""))


@every_dialect
@judged("CHUNK-07", Verdict.PASS, "60 ms with an empty one after every 3")
def test_empty_frames_that_change_nothing_pass(dialect: str) -> Finding:
    """Partials may differ, sentences may not."""
    return empty_frames_are_ignored(alone(dialect, SAID), alone(dialect, SAID, EmptyFrames(3)))


@every_dialect
@judged("CHUNK-07", Verdict.FAIL, "60 ms with an empty one after every 3", "['今天的天气']")
def test_empty_frames_that_end_the_audio_fail(dialect: str) -> Finding:
    """An empty message is no end."""
    return empty_frames_are_ignored(alone(dialect, SAID), alone(dialect, LOST, EmptyFrames(3)))


@judged("CHUNK-07", Verdict.INCONCLUSIVE, "no session gave text")
def test_empty_frames_in_silence_say_nothing() -> Finding:
    """There is no text to change."""
    return empty_frames_are_ignored(alone("funasr-2pass", ""), alone("funasr-2pass", "", EmptyFrames(3)))


@every_dialect
@judged("CHUNK-08", Verdict.PASS, "60 ms with a stall of 10 s")
def test_a_stall_that_changes_nothing_passes(dialect: str) -> Finding:
    """Time without audio is no silence."""
    return stall_keeps_the_text(alone(dialect, SAID), alone(dialect, SAID, Stalled(1000, 10_000)))


@every_dialect
@pytest.mark.parametrize("text", [LOST, LOST + SAID])
@judged("CHUNK-08", Verdict.FAIL, "60 ms with a stall of 10 s")
def test_a_stall_that_loses_or_doubles_fails(dialect: str, text: str) -> Finding:
    """A server must not close the segment, or send it again."""
    return stall_keeps_the_text(alone(dialect, SAID), alone(dialect, text, Stalled(1000, 10_000)))


@judged("CHUNK-08", Verdict.INCONCLUSIVE, "no session gave text")
def test_a_stall_in_silence_says_nothing() -> Finding:
    """There is no text to lose."""
    return stall_keeps_the_text(alone("funasr-2pass", ""), alone("funasr-2pass", "", Stalled(1000, 10_000)))


def early(dialect: str, *replies: dict[str, Any]) -> Exchange:
    """A session with audio before its configuration, and after it."""
    begun = session(dialect).audio(1800).config(wav_name="t1").audio(1800).end().reply(*replies)
    return begun.terminated().close()


@judged("CHUNK-09", Verdict.PASS, "used: ")
def test_early_audio_that_is_read_passes() -> Finding:
    """The offline server keeps it."""
    both = sentence("funasr-offline", f"{SAID}，{SAID}。")
    return early_audio_is_used_or_refused(early("funasr-offline", *both), heard("funasr-offline", SAID))


@judged("CHUNK-09", Verdict.PASS, "refused with the error 'audio frame discarded")
def test_early_audio_that_is_refused_passes() -> Finding:
    """The Python server tells it in its acknowledgement."""
    told = PYTHON_ACK | {"is_final": False, "error": "audio frame discarded: chunk_size is not configured"}
    said, _ = sentence("funasr-python", SAID)
    return early_audio_is_used_or_refused(early("funasr-python", said, told), heard("funasr-python", SAID))


@judged("CHUNK-09", Verdict.PASS, "refused with close 1002")
def test_early_audio_that_closes_passes() -> Finding:
    """The client knows."""
    closed = session("funasr-2pass").audio(1800).config().audio(60).end().closed("server", 1002)
    return early_audio_is_used_or_refused(closed, heard("funasr-2pass", SAID))


@judged("CHUNK-09", Verdict.FAIL, "lost without a word", SAID)
def test_early_audio_that_is_lost_fails() -> Finding:
    """As recorded of the real-time server."""
    lost = early("funasr-2pass", *sentence("funasr-2pass", SAID))
    return early_audio_is_used_or_refused(lost, heard("funasr-2pass", SAID))


@judged("CHUNK-09", Verdict.INCONCLUSIVE, "no text of the plain audio either")
def test_unreadable_audio_cannot_be_lost() -> Finding:
    """There is nothing to miss."""
    return early_audio_is_used_or_refused(
        early("funasr-2pass", EMPTY_FINAL["funasr-2pass"]), heard("funasr-2pass", "")
    )


@pytest.mark.parametrize("dialect", LIVE_TOO)
@judged("CHUNK-10", Verdict.PASS, "in 3 sessions")
def test_the_same_again_passes(dialect: str) -> Finding:
    """Texts and stamps are compared."""
    return same_again([heard(dialect, SAID)] * 3)


@pytest.mark.parametrize("dialect", LIVE_TOO)
@judged("CHUNK-10", Verdict.FAIL, "the same audio, sent alike, gave ['今天的天气']")
def test_another_reading_fails(dialect: str) -> Finding:
    """No engine varies as much as that."""
    return same_again([heard(dialect, SAID), heard(dialect, SAID), heard(dialect, LOST)])


@judged("CHUNK-10", Verdict.INCONCLUSIVE, "as little as engines on graphics cards vary")
def test_another_character_is_told_but_breaks_nothing() -> Finding:
    """Engines that batch sessions do not repeat themselves exactly."""
    return same_again([heard("funasr-2pass", SAID), heard("funasr-2pass", "今天得天气非常好")])


@judged("CHUNK-10", Verdict.INCONCLUSIVE, "no session gave text")
def test_silence_is_the_same_again() -> Finding:
    """And shows nothing."""
    return same_again([spoken("funasr-2pass").timed_out().close()] * 2)


@pytest.mark.parametrize(("text", "lost"), [(SAID, False), (LOST, True)])
def test_realtime_sessions_are_compared_by_their_sentences(text: str, lost: bool) -> None:
    """Empty messages and stalls are judged where updates repeat everything, too."""
    verdict = Verdict.FAIL if lost else Verdict.PASS
    plain, other = heard("funasr-realtime", SAID), heard("funasr-realtime", text)
    assert empty_frames_are_ignored(plain, other).verdict is verdict
    assert stall_keeps_the_text(plain, other).verdict is verdict
