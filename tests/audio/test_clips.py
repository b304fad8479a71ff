"""Clips are read from a folder with a manifest, and what is wrong with it is said."""

import os
import shutil
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from pypinyin import lazy_pinyin

import asrgate
from asrgate.audio.clips import ClipSet, SpeakerTurn, bundled_clips_directory, load_clips
from asrgate.errors import UsageError


def turn(speaker: str, start_ms: int, end_ms: int) -> dict[str, object]:
    """Return a turn as the manifest has it."""
    return {"speaker": speaker, "start_ms": start_ms, "end_ms": end_ms}


@pytest.fixture(scope="module")
def bundled() -> ClipSet:
    """Return the clips that come with asrgate."""
    return load_clips(bundled_clips_directory())


def test_bundled_clips_are_enough_and_small(bundled: ClipSet) -> None:
    """The bundled set has at least 120 clips of 16 kHz and stays under 9 MB; most last 2 to 6 s."""
    clips = bundled.clips
    assert len(clips) >= 120
    assert sum(2000 <= clip.duration_ms <= 6000 for clip in clips) >= 0.85 * len(clips)
    assert {clip.sample_rate_hz for clip in clips} == {16000}
    assert sum(clip.path.stat().st_size for clip in clips) < 9_000_000


@pytest.mark.parametrize(
    ("tag", "at_least"),
    [
        ("plain", 12), ("distinct", 8), ("guide", 8), ("short", 2), ("speaker-2", 5), ("pauses", 2),
        ("digits", 6), ("date", 4), ("cardinal", 3), ("money", 4), ("percent", 3), ("phone", 4), ("time", 4),
        ("unit", 5), ("trap", 6), ("business", 5), ("slow", 4), ("fast", 4), ("two-speakers", 6),
        ("hotword", 24), ("confusable", 20), ("neighbour", 12), ("long", 2), ("english", 8), ("mixed", 6),
        ("silence", 1), ("noise", 2), ("tone", 1),
    ],
)  # fmt: skip
def test_bundled_clips_serve_every_check(bundled: ClipSet, tag: str, at_least: int) -> None:
    """Each tag that checks ask for is on as many bundled clips as they need."""
    assert len(bundled.tagged(tag)) >= at_least


def test_bundled_distinct_clips_share_no_character(bundled: ClipSet) -> None:
    """Text that leaks from one distinct clip's session into another's cannot be mistaken for its own."""
    clips = bundled.tagged("distinct")
    assert not [(a.id, b.id) for a, b in combinations(clips, 2) if set(a.text) & set(b.text)]


def test_bundled_pauses_are_three_sentences(bundled: ClipSet) -> None:
    """Clips for endpointing have two silences of 1.5 to 3 s between their words."""
    for clip in bundled.tagged("pauses"):
        gaps_ms = [
            later.start_ms - word.end_ms for word, later in zip(clip.words, clip.words[1:], strict=False)
        ]
        assert len([gap for gap in gaps_ms if 1450 <= gap <= 3100]) == 2


def test_bundled_words_are_the_text(bundled: ClipSet) -> None:
    """Every character and word that is spoken in the bundled set has its time."""
    for clip in bundled.clips:
        assert "".join(word.text for word in clip.words) == clip.text.replace(" ", "")


def test_bundled_sentences_are_punctuated(bundled: ClipSet) -> None:
    """It is known of every clip with speech how it is punctuated, but for three lone numbers."""
    without = [clip for clip in bundled.clips if clip.text and not clip.punctuated]
    assert [clip.text for clip in without] == ["一二三", "二零二四年七月二十五日", "五千七百六十三"]
    marks = {mark for clip in bundled.clips for mark in clip.punctuated if mark in "，。？！,.?"}
    assert marks == set("，。？！,.?")


def test_bundled_talks_of_two_say_who_speaks_when(bundled: ClipSet) -> None:
    """Two people in two to six turns, with a pause between them; each word lies in one turn."""
    for clip in bundled.tagged("two-speakers"):
        assert 2 <= len(clip.turns) <= 6
        assert len({turn.speaker for turn in clip.turns}) == 2
        for turn, later in pairwise(clip.turns):
            assert turn.speaker != later.speaker
            assert turn.end_ms < later.start_ms
        spans = [(turn.start_ms, turn.end_ms) for turn in clip.turns]
        homes = [
            [at for at, (start, end) in enumerate(spans) if start <= word.start_ms < word.end_ms <= end]
            for word in clip.words
        ]
        assert all(len(home) == 1 for home in homes)
        assert {home[0] for home in homes} == set(range(len(spans)))
    assert {len(clip.turns) for clip in bundled.tagged("two-speakers")} == {2, 3, 4, 5, 6}


def test_bundled_hotwords_have_neighbours_that_sound_alike(bundled: ClipSet) -> None:
    """For a dozen terms another clip has a common word of the same syllables, and lacks the term."""
    terms = {term for clip in bundled.tagged("confusable") for term in clip.hotwords}
    neighbours = bundled.tagged("neighbour")
    assert sum(len(clip.hotwords) for clip in bundled.clips) >= 24
    assert not any(term in clip.text for clip in neighbours for term in terms)
    alike = [
        clip.id
        for clip in neighbours
        if any(" ".join(lazy_pinyin(term)) in " ".join(lazy_pinyin(clip.text)) for term in terms)
    ]
    assert len(alike) == len(neighbours) == 12


def test_first_bundled_clips_stay_what_they_are(bundled: ClipSet) -> None:
    """Checks take the first of a tag: what was first remains so when clips are added."""
    first = {
        "plain": "guide", "distinct": "bicycle", "itn": "one-two-three", "hotword": "alibaba",
        "confusable": "name-chair", "english": "english-window", "mixed": "mixed-email", "long": "talk",
    }  # fmt: skip
    assert {tag: bundled.tagged(tag)[0].id for tag in first} == first
    assert len(bundled.tagged("pauses")) == 2
    shortest = sorted(bundled.tagged("plain"), key=lambda clip: clip.duration_ms)
    assert [clip.id for clip in shortest[:4]] == ["hello", "lamp", "football", "fog"]


def test_own_clips_replace_the_bundled_ones(tones: Path) -> None:
    """Another folder of the same form is read the same way, with its own rate and texts."""
    clips = load_clips(tones)
    assert clips.get("rise").text == "do re mi"
    assert clips.get("rise").written == ("do re mi",)
    assert [clip.id for clip in clips.tagged("plain", "speaker-2")] == ["fall"]
    assert clips.tagged("hotword") == ()


def test_unknown_clip_is_named(tones: Path) -> None:
    """Asking for a clip that the folder lacks names the clip and the folder."""
    with pytest.raises(UsageError, match=r"No clip 'sunrise' in .*tones"):
        load_clips(tones).get("sunrise")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {"sha256": "0" * 64},
            r"line 1: clip rise: field sha256: rise.flac has [0-9a-f]{64}, expected 0{64}",
        ),
        ({"file": "gone.flac"}, r"line 1: clip rise: field file: .*gone.flac does not exist"),
        ({"file": "../rise.flac"}, r"line 1: field file: '../rise.flac' leads out"),
        ({"duration_ms": "long"}, r"line 1: field duration_ms: Input should be a valid integer, got 'long'"),
        (
            {"language": "fr"},
            r"line 1: field language: Input should be 'zh', 'en', 'mixed' or 'none', got 'fr'",
        ),
        ({"speeech_end_ms": 3}, r"line 1: field speeech_end_ms: unknown; the fields are id, file, text"),
        ({"speech_end_ms": None}, r"speech_start_ms and speech_end_ms: expected both or neither"),
        ({"speech_end_ms": 99999}, r"field speech_start_ms 200, speech_end_ms 99999: expected start < end"),
        ({"hotwords": ["fa"]}, r"field hotwords: 'fa' does not occur in the text 'do re mi'"),
        (
            {"words": [{"text": "do", "start_ms": 9, "end_ms": 3}]},
            r"field words: word 1 'do' at 9-3 ms, expected",
        ),
        (
            {"words": [{"text": "la", "start_ms": 3, "end_ms": 9}]},
            r"field words: word 1 'la' does not follow",
        ),
        (
            {
                "turns": [
                    {"speaker": "a", "start_ms": 5, "end_ms": 9},
                    {"speaker": "b", "start_ms": 4, "end_ms": 9},
                ]
            },
            r"field turns: turn 2 of 'b' at 4-9 ms, expected start < end, no start before 5 ms",
        ),
        (
            {"turns": [turn("a", 5, 9), turn("b", 4, 9)]},
            r"field turns: turn 2 of 'b' at 4-9 ms, expected start < end, no start before 5 ms",
        ),
        (
            {"turns": [turn("a", 5, 99999)]},
            r"field turns: turn 1 of 'a' at 5-99999 ms, .* within duration_ms 1300",
        ),
        ({"turns": [turn("", 5, 9)]}, r"field turns.0.speaker: String should have at least 1 character"),
        (
            {"punctuated": "Do, re, fa."},
            r"field punctuated: expected the text 'do re mi' with nothing but .* got 'Do, re, fa.'",
        ),
        ({"id": "fall"}, r"line 2: field id: 'fall' already stands in line 1"),
        ({"tags": ["plain", "plain"]}, r"field tags: 'plain' is listed more than once"),
    ],
)
def test_wrong_line_is_named_with_its_field(spoilt: Any, changes: dict[str, Any], complaint: str) -> None:
    """What is wrong in a manifest is said with line, field, what came and what is expected."""
    with pytest.raises(UsageError, match=complaint):
        load_clips(spoilt(**changes))


def test_turns_and_punctuation_are_read(spoilt: Any) -> None:
    """Turns may overlap; punctuation may come with capitals; both are empty where the manifest has none."""
    turns = [turn("a", 200, 700), turn("b", 600, 1100)]
    clips = load_clips(spoilt(turns=turns, punctuated="Do, re: mi!"))
    rise, fall = clips.get("rise"), clips.get("fall")
    assert rise.turns == (SpeakerTurn("a", 200, 700), SpeakerTurn("b", 600, 1100))
    assert rise.punctuated == "Do, re: mi!"
    assert (fall.turns, fall.punctuated) == ((), "")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b'{"id": "a", ', r"line 1: not JSON"),
        (b"[]\n", r"line 1: the line: Input should be a valid dictionary"),
        (b'\n{"id": "a"}', r"line 2: field file: missing"),
        (b"\n \n", r"lists no clip"),
        (b"\xff\xfe", r"byte 0 is not UTF-8"),
    ],
)
def test_broken_manifest_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    """A file that is no manifest is refused with the reason."""
    (tmp_path / "manifest.jsonl").write_bytes(content)
    with pytest.raises(UsageError, match=complaint):
        load_clips(tmp_path)


def test_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    """A folder that holds no manifest is named, with what it needs."""
    with pytest.raises(UsageError, match=r"No manifest.jsonl in .*docs/fixtures.md"):
        load_clips(tmp_path)


def test_installed_package_finds_the_clips_it_carries(tmp_path: Path) -> None:
    """In an installed wheel the bundled folder is the one inside the package."""
    package = shutil.copytree(Path(asrgate.__file__).parent, tmp_path / "asrgate")
    carried = package / "_suite" / "fixtures"
    carried.mkdir(parents=True)
    script = "from asrgate.audio.clips import bundled_clips_directory as where; print(where())"
    found = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == str(carried.resolve())
