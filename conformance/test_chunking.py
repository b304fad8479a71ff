"""CHUNK: how the audio is cut and paced must not matter (docs/protocol.md sections 3.3 and 3.6)."""

from collections.abc import Sequence

from asrgate.judge import chunking
from asrgate.judge.finding import Finding
from asrgate.judge.steadiness import unless_it_varies
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("CHUNK-01")
def test_frame_sizes_agree(frame_sizes: Sequence[Exchange], repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(chunking.frame_sizes_agree(frame_sizes), repeats)


@check("CHUNK-03")
def test_presets_agree(presets: Sequence[Exchange], repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(chunking.presets_agree(presets), repeats)


@check("CHUNK-05")
def test_pace_does_not_matter(plain: Exchange, plain_paced: Exchange, repeats: Sequence[Exchange]) -> Finding:
    return unless_it_varies(chunking.pace_does_not_matter(plain, plain_paced), repeats)
