"""`asrgate fixtures import`: every form that people have, and every way in which a line can be wrong."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from asrgate.audio.clips import load_clips
from asrgate.audio.verification import problems_in
from asrgate.cli import main

Make = Callable[[Path], Path]
SAID = {"a1": "今天天气很好", "a2": "hello world"}


def sound(path: Path, *, seconds: float = 2.0, rate_hz: int = 16000) -> Path:
    """A tone of its own for each file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pitch_hz = 200 + sum(path.name.encode()) % 97
    tone = 0.3 * np.sin(2 * np.pi * pitch_hz * np.arange(round(seconds * rate_hz)) / rate_hz)
    soundfile.write(path, tone.astype(np.float32), rate_hz)
    return path


def kaldi(folder: Path) -> Path:
    """wav.scp, text and utt2spk."""
    for id_ in SAID:
        sound(folder / f"{id_}.wav")
    (folder / "wav.scp").write_text("".join(f"{id_} {folder / id_}.wav\n" for id_ in SAID))
    (folder / "text").write_text("".join(f"{id_} {text}\n" for id_, text in SAID.items()))
    (folder / "utt2spk").write_text("".join(f"{id_} speaker-{id_}\n" for id_ in SAID))
    return folder


def segments(folder: Path) -> Path:
    """One recording of which two pieces are utterances."""
    sound(folder / "whole.wav", seconds=6.0)
    (folder / "wav.scp").write_text("whole whole.wav\n")
    (folder / "segments").write_text("a1 whole 0.5 2.5\na2 whole 3.0 -1\n")
    (folder / "text").write_text("".join(f"{id_} {text}\n" for id_, text in SAID.items()))
    return folder


def nemo(folder: Path) -> Path:
    """JSON lines."""
    rows = [
        {"audio_filepath": sound(folder / f"{id_}.flac").name, "text": text, "duration": 2.0}
        for id_, text in SAID.items()
    ]
    path = folder / "manifest.json"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def table(folder: Path) -> Path:
    """A CSV with quotes, beside its sounds."""
    rows = [f'{sound(folder / "wavs" / f"{id_}.wav").relative_to(folder)},"{t}"\n' for id_, t in SAID.items()]
    path = folder / "list.csv"
    path.write_text("path,sentence\n" + "".join(rows))
    return path


def tabbed(folder: Path) -> Path:
    """A TSV that names speaker, language and rate."""
    rows = [f"{sound(folder / f'{id_}.wav').name}\t{t}\tp1\t16000\n" for id_, t in SAID.items()]
    path = folder / "list.tsv"
    path.write_text("audio\ttext\tclient_id\tsample_rate\n" + "".join(rows))
    return path


def huggingface(folder: Path) -> Path:
    """An audio folder with a metadata.csv in a part of it."""
    part = folder / "test"
    rows = [f"{sound(part / f'{id_}.wav').name},{text}\n" for id_, text in SAID.items()]
    (part / "metadata.csv").write_text("file_name,transcription\n" + "".join(rows))
    return folder


def beside(folder: Path) -> Path:
    """A .txt beside each file."""
    for id_, text in SAID.items():
        sound(folder / f"{id_}.wav").with_suffix(".txt").write_text(text + "\n")
    return folder


def librispeech(folder: Path) -> Path:
    """A list for each chapter, named with the files."""
    lines = []
    for number, text in enumerate(SAID.values()):
        name = f"84-121-{number:04}"
        sound(folder / "84" / "121" / f"{name}.flac")
        lines.append(f"{name} {text}\n")
    (folder / "84" / "121" / "84-121.trans.txt").write_text("".join(lines))
    return folder


def aishell(folder: Path) -> Path:
    """One list for all, which names more than there is, and a folder for each speaker."""
    lines = ["BAC009S0999W0001 不 在 这里\n"]
    for number, text in enumerate(SAID.values()):
        name = f"BAC009S0764W{number:04}"
        sound(folder / "wav" / "S0764" / f"{name}.wav")
        lines.append(f"{name} {text}\n")
    (folder / "transcript").mkdir()
    (folder / "transcript" / "aishell_transcript_v0.8.txt").write_text("".join(lines))
    return folder


def imported(source: Path, directory: Path, *options: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["fixtures", "import", str(source), str(directory), *options])


@pytest.mark.parametrize(
    "make", [kaldi, segments, nemo, table, tabbed, huggingface, beside, librispeech, aishell]
)
def test_every_form_is_found_out_and_read(make: Make, tmp_path: Path) -> None:
    """The texts are there, and `asrgate fixtures verify` has nothing to say of the folder."""
    (tmp_path / "source").mkdir()
    result = imported(make(tmp_path / "source"), tmp_path / "clips")
    assert result.exit_code == 0, result.output + result.stderr
    assert problems_in(tmp_path / "clips") == []
    clips = load_clips(tmp_path / "clips").clips
    assert sorted(clip.text for clip in clips) == sorted(SAID.values())
    assert {clip.language for clip in clips} == {"zh", "en"}
    assert all(clip.tags == ("plain",) for clip in clips)


def test_speakers_pieces_and_tags_are_kept(tmp_path: Path) -> None:
    """What the list says of a recording is in the manifest."""
    for name in ("kaldi", "segments", "librispeech"):
        (tmp_path / name).mkdir()
    imported(kaldi(tmp_path / "kaldi"), tmp_path / "1", "--tag", "ours", "--language", "zh")
    assert [clip.speaker for clip in load_clips(tmp_path / "1").clips] == ["speaker-a1", "speaker-a2"]
    assert load_clips(tmp_path / "1").clips[1].tags == ("plain", "ours")
    assert load_clips(tmp_path / "1").clips[1].language == "zh"
    imported(segments(tmp_path / "segments"), tmp_path / "2")
    assert [clip.duration_ms for clip in load_clips(tmp_path / "2").clips] == [2000, 3000]
    imported(librispeech(tmp_path / "librispeech"), tmp_path / "3")
    assert {clip.speaker for clip in load_clips(tmp_path / "3").clips} == {"84"}


@pytest.mark.parametrize(("rate_hz", "kept_hz"), [(8000, 8000), (16000, 16000), (44100, 16000)])
def test_rates_are_kept_or_brought_to_16_khz(rate_hz: int, kept_hz: int, tmp_path: Path) -> None:
    """Telephone speech stays what it is."""
    sound(tmp_path / "in" / "a.wav", rate_hz=rate_hz).with_suffix(".txt").write_text("你好你好")
    imported(tmp_path / "in", tmp_path / "out")
    (clip,) = load_clips(tmp_path / "out").clips
    assert (clip.sample_rate_hz, clip.duration_ms) == (kept_hz, 2000)


def missing_audio(folder: Path) -> Path:
    """A row whose file is not there."""
    path = tabbed(folder)
    (folder / "a2.wav").unlink()
    return path


def other_rate(folder: Path) -> Path:
    """A row that claims another rate than the file has."""
    path = tabbed(folder)
    sound(folder / "a2.wav", rate_hz=8000)
    return path


def too_low_rate(folder: Path) -> Path:
    """A file with a rate at which speech cannot be understood."""
    path = table(folder)
    sound(folder / "wavs" / "a2.wav", rate_hz=4000)
    return path


def no_text(folder: Path) -> Path:
    """A row with marks only."""
    path = tabbed(folder)
    path.write_text(path.read_text().replace("hello world", " … "))
    return path


def twice(folder: Path) -> Path:
    """Two rows with one name."""
    path = nemo(folder)
    path.write_text(path.read_text().replace("a2.flac", "a1.flac"))
    return path


def twice_in_kaldi(folder: Path) -> Path:
    """Two lines with one name in wav.scp."""
    kaldi(folder)
    with (folder / "text").open("a") as file:
        file.write("a1 又一次\n")
    return folder


def other_encoding(folder: Path) -> Path:
    """A line in GB18030."""
    path = tabbed(folder)
    path.write_bytes(path.read_bytes() + "a2.wav\t你好\tp1\t16000\n".encode("gb18030"))
    return path


def a_command(folder: Path) -> Path:
    """A recording that a command makes."""
    kaldi(folder)
    (folder / "wav.scp").write_text(f"a1 {folder}/a1.wav\na2 sox {folder}/a2.wav -t wav - |\n")
    return folder


def no_json(folder: Path) -> Path:
    """A line that is cut off."""
    path = nemo(folder)
    path.write_text(path.read_text()[:-20] + "\n")
    return path


def no_sound(folder: Path) -> Path:
    """A text file that is called a sound."""
    path = tabbed(folder)
    (folder / "a2.wav").write_text("not a sound\n")
    return path


@pytest.mark.parametrize(
    ("make", "where", "said"),
    [
        (missing_audio, "list.tsv, line 3", "there is no sound file"),
        (other_rate, "list.tsv, line 3", "the list says 16000 Hz, a2.wav has 8000 Hz"),
        (too_low_rate, "list.csv, line 3", "a2.wav has 4000 Hz, at least 8000 Hz are needed"),
        (no_text, "list.tsv, line 3", "nothing is said to be spoken in it"),
        (twice, "manifest.json, line 2", "already stands in"),
        (twice_in_kaldi, "text, line 3", "already stands in"),
        (other_encoding, "list.tsv, line 4", "is not UTF-8"),
        (a_command, "wav.scp, line 2", "commands are not run"),
        (no_json, "manifest.json, line 2", "not JSON"),
        (no_sound, "list.tsv, line 3", "it is a text file"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(make: Make, where: str, said: str, tmp_path: Path) -> None:
    """One sentence; exit status 2. With --skip-broken the others are imported."""
    (tmp_path / "source").mkdir()
    source = make(tmp_path / "source")
    result = imported(source, tmp_path / "clips")
    assert result.exit_code == 2
    told = [line for line in result.stderr.splitlines() if where in line]
    assert len(told) == 1
    assert said in told[0]
    assert not (tmp_path / "clips").exists()
    lenient = imported(source, tmp_path / "lenient", "--skip-broken")
    assert lenient.exit_code == 0, lenient.stderr
    assert problems_in(tmp_path / "lenient") == []
    assert "1 problem, left out" in lenient.stdout


LISTS = {
    kaldi: ("text", "a2.wav"),
    segments: ("text", "whole.wav"),
    nemo: ("manifest.json", "a2.flac"),
    table: ("list.csv", "wavs/a2.wav"),
    tabbed: ("list.tsv", "a2.wav"),
    huggingface: ("test/metadata.csv", "test/a2.wav"),
    beside: ("a2.txt", "a2.wav"),
    librispeech: ("84/121/84-121.trans.txt", "84/121/84-121-0001.flac"),
    aishell: ("transcript/aishell_transcript_v0.8.txt", "wav/S0764/BAC009S0764W0001.wav"),
}
"""Where a form says what is spoken in its second utterance, and the sound of it."""

LINES = {
    **dict.fromkeys((kaldi, segments, nemo, librispeech), 2),
    **dict.fromkeys((table, tabbed, huggingface, aishell), 3),
    beside: 1,
}
"""The line of it."""


def without_words(list_: Path, sound_: Path) -> str:
    """Nothing is said to be spoken."""
    list_.write_text(list_.read_text().replace("hello world", ""))
    return "nothing is said to be spoken in it"


def in_gb18030(list_: Path, sound_: Path) -> str:
    """One text in the encoding of Chinese Windows."""
    list_.write_bytes(list_.read_bytes().replace(b"hello world", "你好".encode("gb18030")))
    return "is not UTF-8; convert the file"


def listed_again(list_: Path, sound_: Path) -> str:
    """The last line once more."""
    lines = list_.read_text().splitlines(keepends=True)
    list_.write_text("".join([*lines, lines[-1]]))
    return "already stands in"


def too_low(list_: Path, sound_: Path) -> str:
    """A rate at which speech cannot be understood."""
    sound(sound_, rate_hz=4000)
    return f"{sound_.name} has 4000 Hz, at least 8000 Hz are needed"


def no_sound_at_all(list_: Path, sound_: Path) -> str:
    """A file that only bears the name of a sound."""
    sound_.write_bytes(b"RIFF")
    return "Cannot read"


def gone(list_: Path, sound_: Path) -> str:
    """The sound is not there."""
    sound_.unlink()
    return "there is no sound file"


def of_another_rate(list_: Path, sound_: Path) -> str:
    """The list claims 8000 Hz for the second utterance."""
    head, first, *rest = list_.read_text().splitlines()
    if list_.suffix == ".csv":
        lines = [f"{head},sample_rate", f"{first},16000", *(f"{row},8000" for row in rest)]
    elif list_.suffix == ".tsv":
        lines = [head, first, *(row.replace("16000", "8000") for row in rest)]
    else:
        lines = [head, first[:-1] + ', "sample_rate": 8000}']
    list_.write_text("\n".join(lines))
    return f"the list says 8000 Hz, {sound_.name} has 16000 Hz"


ROWS = (nemo, table, tabbed, huggingface)
"""Forms that may claim a rate; in the others files tell theirs."""
NAMING = (kaldi, *ROWS)
"""Forms whose lists name files; those of the others may name more than was fetched."""
OWN = (*NAMING, beside, librispeech, aishell)
"""Forms in which each utterance has a file of its own."""
LISTING = tuple(make for make in LISTS if make is not beside)
"""Forms in which one list has several utterances."""


@pytest.mark.parametrize(
    ("make", "spoil"),
    [
        (make, spoil)
        for spoil, makes in (
            (gone, NAMING),
            (of_another_rate, ROWS),
            (too_low, (kaldi, nemo, table, huggingface, beside, librispeech, aishell)),
            (no_sound_at_all, OWN),
            (without_words, LISTS),
            (in_gb18030, LISTS),
            (listed_again, LISTING),
        )
        for make in makes
    ],
)
def test_each_form_tells_each_fault_in_one_sentence(
    make: Make, spoil: Callable[[Path, Path], str], tmp_path: Path
) -> None:
    """It names the line that is wrong; nothing is imported, and with --skip-broken the rest is."""
    folder = tmp_path / "source"
    folder.mkdir()
    made = make(folder)
    list_, sound_ = (folder / name for name in LISTS[make])
    said = spoil(list_, sound_)
    result = imported(made, tmp_path / "clips")
    assert result.exit_code == 2
    *told, last = result.stderr.splitlines()
    assert len(told) == 1, told
    line = LINES[make] + (spoil is listed_again)
    assert told[0].startswith(f"{list_}, line {line}: ")
    assert said in told[0]
    assert "1 problem in" in last
    lenient = imported(made, tmp_path / "lenient", "--skip-broken")
    assert lenient.exit_code == 0, lenient.stderr
    assert len(load_clips(tmp_path / "lenient").clips) == (2 if spoil is listed_again else 1)


def test_texts_and_sounds_without_one_another_are_told(tmp_path: Path) -> None:
    """In a folder of both, each is named, so that none is left out unseen."""
    beside(tmp_path / "in")
    (tmp_path / "in" / "a1.wav").unlink()
    (tmp_path / "in" / "a2.txt").unlink()
    result = imported(tmp_path / "in", tmp_path / "out")
    assert result.exit_code == 2
    assert "a1.txt: there is no sound file of this name beside it" in result.stderr
    assert "a2.wav: there is no a2.txt beside it" in result.stderr


def test_two_sounds_of_one_name_are_told(tmp_path: Path) -> None:
    """As a1.wav and a1.flac are."""
    sound(beside(tmp_path / "in") / "a1.flac", seconds=3.0)
    result = imported(tmp_path / "in", tmp_path / "out")
    assert result.exit_code == 2
    assert "a1.txt, line 1: a1 already stands in" in result.stderr


def test_what_is_no_data_set_is_told(tmp_path: Path) -> None:
    """With the forms that are."""
    for source in (tmp_path, tmp_path / "nothing", sound(tmp_path / "in" / "a.wav")):
        result = imported(source, tmp_path / "out")
        assert result.exit_code == 2
        assert str(source) in result.stderr


def test_clips_are_not_written_over(tmp_path: Path) -> None:
    """A folder that is not empty is refused."""
    (tmp_path / "source").mkdir()
    imported(beside(tmp_path / "source"), tmp_path / "clips")
    again = imported(tmp_path / "source", tmp_path / "clips")
    assert again.exit_code == 2
    assert "is not empty" in again.stderr
