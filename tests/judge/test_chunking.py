"""CHUNK: cutting and pacing."""

from typing import Any

import pytest

from asrgate.audio.framing import ByBytes, ByChunk, Framing, Whole
from asrgate.judge.chunking import frame_sizes_agree, pace_does_not_matter, presets_agree
from asrgate.judge.finding import Finding, Verdict
from asrgate.wire.exchange import Exchange

from .exchanges import BY_CHUNK, judged, session
from .recorded import ALL, EMPTY_FINAL, REPLIES_P, WITH_SESSION_STAMPS, sentence

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
