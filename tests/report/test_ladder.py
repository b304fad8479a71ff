"""Exchanges laid out for a reader."""

from asrgate.report.ladder import AudioRun, Gap, Shown, ladder_of, laid_out
from report.sample import DOUBLE_FINAL, exchange, reply


def test_both_directions_stand_in_order_and_audio_is_summarised() -> None:
    """Twenty audio frames are three rows: what the replies cut them into."""
    ladder = ladder_of(DOUBLE_FINAL, {25, 26})
    assert [row.at_ms for row in ladder.rows if not isinstance(row, Gap)] == sorted(
        row.at_ms for row in ladder.rows if not isinstance(row, Gap)
    )
    runs = [row for row in ladder.rows if isinstance(row, AudioRun)]
    assert sum(run.frames for run in runs) == 20
    assert sum(run.total_bytes for run in runs) == 20 * 1920
    assert len(runs) < 6


def test_deciding_frames_are_marked() -> None:
    """Exactly the frames that the finding names."""
    ladder = ladder_of(DOUBLE_FINAL, {25, 26})
    deciding = [row.frame.index for row in ladder.rows if isinstance(row, Shown) and row.deciding]
    assert deciding == [25, 26]


def test_a_deciding_audio_frame_stands_alone() -> None:
    """It is not lost in a summary."""
    runs = [row for row in ladder_of(DOUBLE_FINAL, {4}).rows if isinstance(row, AudioRun)]
    assert [(run.first, run.last, run.deciding) for run in runs][:3] == [
        (1, 3, False),
        (4, 4, True),
        (5, 10, False),
    ]


def test_a_long_exchange_is_shown_around_what_decides() -> None:
    """Gaps say how many frames are missing, and no frame is lost on the way."""
    long = exchange("long", *[reply(str(n)) for n in range(200)])
    ladder = ladder_of(long, {150})
    shown = sum(row.frames if isinstance(row, AudioRun | Gap) else 1 for row in ladder.rows)
    assert shown == len(long.frames)
    assert len(ladder.rows) < 20
    assert [row.frame.index for row in ladder.rows if isinstance(row, Shown) and row.deciding] == [150]


def test_long_json_is_laid_out_member_by_member() -> None:
    """The order of the keys and the values stay."""
    text = reply("阿里开源的语音识别真是太牛了。", timestamp="[[820,1020],[1020,1240]]", extra=[1, 2])
    assert laid_out(text).splitlines() == [
        "{",
        '  "text": "阿里开源的语音识别真是太牛了。",',
        '  "mode": "2pass-online",',
        '  "wav_name": "clip",',
        '  "is_final": false,',
        '  "timestamp": "[[820,1020],[1020,1240]]",',
        '  "extra": [1, 2]',
        "}",
    ]


def test_short_and_broken_text_stays_as_it_is() -> None:
    """Control characters become visible, nothing else changes."""
    assert laid_out('{"text":""}') == '{"text":""}'
    assert laid_out("not JSON \x00\x1b[31m") == "not JSON \\x00\\x1b[31m"


def test_an_endless_text_is_cut_and_says_so() -> None:
    """A server that echoes a megabyte does not make a report of a megabyte."""
    ladder = ladder_of(exchange("e", reply("长" * 1_000_000)), set())
    (row,) = [row for row in ladder.rows if isinstance(row, Shown) and row.frame.role == "reply"]
    assert row.text is not None
    assert len(row.text) == 2000
    assert row.characters is not None
    assert row.characters > 1_000_000
