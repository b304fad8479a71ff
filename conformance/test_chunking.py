"""CHUNK: how the audio is cut and paced must not matter (docs/protocol.md sections 3.3 and 3.6)."""

from collections.abc import Sequence

from asrgate.judge import chunking
from asrgate.judge.finding import Finding
from asrgate.judge.steadiness import unless_it_varies
from asrgate.suite.declarations import check
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange


@check("CHUNK-01")
def test_frame_sizes_agree(frame_sizes: Sequence[Exchange], repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(chunking.frame_sizes_agree(frame_sizes), repeats)


@check("CHUNK-02")
def test_random_splits_agree(
    frame_sizes: Sequence[Exchange], odd_frames: Sequence[Exchange], repeats: Sequence[Exchange]
) -> Finding:
    # The last of the odd ones is silence.
    return unless_it_varies(chunking.random_splits_agree(frame_sizes[0], odd_frames[:2]), repeats)


@check("CHUNK-03")
def test_presets_agree(presets: Sequence[Exchange], repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(chunking.presets_agree(presets), repeats)


@check("CHUNK-04")
def test_partials_follow_the_step(presets: Sequence[Exchange], given: Given) -> Finding:
    start_ms, end_ms = given.speech_ms(presets[0])
    return chunking.partials_follow_the_step(presets, speech_ms=end_ms - start_ms)


@check("CHUNK-05")
def test_pace_does_not_matter(plain: Exchange, plain_paced: Exchange, repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(chunking.pace_does_not_matter(plain, plain_paced), repeats)


@check("CHUNK-06")
def test_interval_does_not_matter(intervals: Sequence[Exchange], repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(chunking.interval_does_not_matter(intervals), repeats)


@check("CHUNK-07")
def test_empty_frames_are_ignored(
    plain: Exchange, interleaved: Exchange, repeats: Sequence[Exchange]
) -> Finding:
    return unless_it_varies(chunking.empty_frames_are_ignored(plain, interleaved), repeats)


@check("CHUNK-08")
def test_stall_keeps_the_text(plain: Exchange, stalled: Exchange, repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(chunking.stall_keeps_the_text(plain, stalled), repeats)


@check("CHUNK-09")
def test_early_audio_is_used_or_refused(audio_first: Exchange, plain: Exchange) -> Finding:
    return chunking.early_audio_is_used_or_refused(audio_first, plain)


@check("CHUNK-10")
def test_same_again(repeats: Sequence[Exchange]) -> Finding:
    return chunking.same_again(repeats)
