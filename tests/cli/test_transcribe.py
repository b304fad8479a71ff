"""`asrgate transcribe`: a plain client for sound files."""

import asyncio
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result
from websockets.asyncio.server import ServerConnection

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.cli import main
from asrgate.reference.embedded import embedded_endpoint
from wire.fake_servers import answering, is_end

EMPTY_FINAL = {"is_final": True, "text": "", "timestamp": 1795354662008, "wav_name": "w"}
SENTENCE = {
    "is_final": False,
    "mode": "2pass-offline",
    "text": "，四五六，hello world九。",
    "timestamp": "[[3900,4060],[4100,4259],[4300,4460],[4500,4600],[4600,4700],[4900,5060]]",
    "stamp_sents": [
        {"text_seg": "", "punc": "，", "start": -1, "end": -1, "ts_list": []},
        {"text_seg": "四 五 六", "punc": "，", "start": 3900, "end": 4460, "ts_list": []},
        {"text_seg": "hello world 九", "punc": "。", "start": 3664500, "end": 3665060, "ts_list": []},
    ],
    "wav_name": "w",
}


def partial(text: str) -> dict[str, Any]:
    """Return a partial of the real-time server."""
    return {"is_final": False, "mode": "2pass-online", "text": text, "timestamp": 1, "wav_name": "w"}


class Listener:
    """A server that remembers what it heard, and answers audio with partials and a sentence."""

    def __init__(self, *replies: dict[str, Any]) -> None:
        self.config: dict[str, Any] = {}
        self.audio = b""
        self._replies = replies

    async def __call__(self, connection: ServerConnection) -> None:
        """Serve one session."""
        audio: list[bytes] = []
        config: dict[str, Any] = {}
        async for message in connection:
            if isinstance(message, bytes):
                audio.append(message)
            elif is_end(message):
                for reply in self._replies if audio else (EMPTY_FINAL,):
                    await connection.send(json.dumps(reply))
                if audio:
                    self.config, self.audio = config, b"".join(audio)
            else:
                config = json.loads(message)


async def run(*arguments: object) -> Result:
    """Run the command in a thread, so that the test's servers can answer it."""
    words = ["transcribe", *(str(argument) for argument in arguments)]
    return await asyncio.to_thread(CliRunner().invoke, main, words)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Return half a second of a stereo file at a rate that no server takes."""
    path = tmp_path / "tone.wav"
    wave = np.sin(np.arange(22050) / 10).astype(np.float32)
    soundfile.write(path, np.stack([wave, wave], axis=1) / 2, 44100, subtype="FLOAT")
    return path


async def test_standard_output_holds_only_the_text(serve, sound: Path) -> None:
    """Partials go to standard error, each as what the text would be now."""
    replies = (partial("四五"), partial("六"), SENTENCE, partial("十"), EMPTY_FINAL)
    endpoint = await serve(Listener(*replies))
    result = await run(sound, endpoint.url)
    assert result.exit_code == 0
    assert result.stdout == "，四五六，hello world九。\n"
    assert result.stderr.splitlines() == [
        "partial 四五",
        "partial 四五六",
        "partial ，四五六，hello world九。",
        "partial ，四五六，hello world九。十",
    ]


async def test_quiet_shows_no_partials(serve, sound: Path) -> None:
    """Nothing but the text remains."""
    endpoint = await serve(Listener(partial("四"), SENTENCE, EMPTY_FINAL))
    result = await run(sound, endpoint.url, "--quiet")
    assert result.stderr == ""


@pytest.mark.parametrize("rate", [8000, 16000])
async def test_sends_what_it_was_asked_to(serve, sound: Path, rate: int) -> None:
    """The options become the opening frame, and the audio is converted to the rate that it names."""
    listener = Listener(EMPTY_FINAL)
    endpoint = await serve(listener)
    options = ("--mode", "offline", "--rate", rate, "--no-itn", "--chunk-size", "8,8,4")
    hotwords = ("--hotword", "阿里巴巴=30", "--hotword", "a=b=5", "--hotword", "魔搭")
    result = await run(endpoint.url, sound, *options, *hotwords)
    assert result.exit_code == 0
    config = listener.config
    assert (config["mode"], config["audio_fs"], config["itn"]) == ("offline", rate, False)
    assert config["chunk_size"] == [8, 8, 4]
    assert json.loads(config["hotwords"]) == {"阿里巴巴": 30, "a=b": 5, "魔搭": 20}
    assert config["wav_name"] == "tone"
    assert len(listener.audio) == rate  # half a second of 16-bit samples


async def test_several_files_are_named(serve, sound: Path, tmp_path: Path) -> None:
    """Each line says which file it belongs to."""
    other = tmp_path / "other.flac"
    soundfile.write(other, np.zeros(1600), 16000)
    endpoint = await serve(Listener(SENTENCE, EMPTY_FINAL))
    result = await run(sound, endpoint.url, other, "--quiet")
    assert [line.split(": ")[0] for line in result.stdout.splitlines()] == [str(sound), str(other)]


async def test_json_lines_hold_a_sentence_each(serve, sound: Path) -> None:
    """With the times of the words, in ms."""
    endpoint = await serve(Listener(SENTENCE, SENTENCE | {"timestamp": 5}, EMPTY_FINAL))
    result = await run(sound, endpoint.url, "--format", "jsonl")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["file"], first["text"], first["mode"]) == (str(sound), SENTENCE["text"], "2pass-offline")
    assert (first["start_ms"], first["end_ms"], first["words_ms"][1]) == (3900, 5060, [4100, 4259])
    assert (second["start_ms"], second["end_ms"], second["words_ms"]) == (None, None, None)


async def test_json_lines_of_deltas_are_one_text(serve, sound: Path) -> None:
    """Mode online has no sentences; its deltas are joined."""
    final = partial("好") | {"is_final": True}
    endpoint = await serve(Listener(partial("你"), final))
    result = await run(sound, endpoint.url, "--format", "jsonl", "--mode", "online")
    assert json.loads(result.stdout)["text"] == "你好"


async def test_subtitles_come_from_the_time_stamps(serve, sound: Path) -> None:
    """Parts without words, which only close the sentence before, are no caption."""
    endpoint = await serve(Listener(SENTENCE, EMPTY_FINAL))
    result = await run(sound, endpoint.url, "--format", "srt")
    assert result.stdout == (
        "1\n00:00:03,900 --> 00:00:04,460\n四五六，\n\n2\n01:01:04,500 --> 01:01:05,060\nhello world九。\n"
    )


async def test_subtitles_fall_back_to_the_words_times(serve, sound: Path) -> None:
    """A reply whose parts could not be made (`""`) still has the times of its words."""
    endpoint = await serve(Listener(SENTENCE | {"stamp_sents": ""}, EMPTY_FINAL))
    result = await run(sound, endpoint.url, "--format", "srt")
    assert result.stdout == f"1\n00:00:03,900 --> 00:00:05,060\n{SENTENCE['text']}\n"


async def test_subtitles_need_times(serve, sound: Path) -> None:
    """Text without any time stamp cannot be subtitled, and silence needs none."""
    without = {"is_final": True, "mode": "2pass-offline", "text": "好", "timestamp": 5, "wav_name": "w"}
    refused = await run(sound, (await serve(Listener(without))).url, "--format", "srt")
    assert refused.exit_code == 2
    assert "time stamps" in refused.stderr
    empty = await run(sound, (await serve(Listener(EMPTY_FINAL))).url, "--format", "srt")
    assert (empty.exit_code, empty.stdout) == (0, "")


async def test_a_session_that_breaks_off_is_exit_1(serve, sound: Path) -> None:
    """What had come is printed, and what is missing is said."""

    async def leaving(connection: ServerConnection) -> None:
        async for message in connection:
            if isinstance(message, bytes):
                await connection.send(json.dumps(SENTENCE))
                await connection.close(1011, "out of memory")
                return
            if is_end(message):
                await connection.send(json.dumps(EMPTY_FINAL))

    result = await run(sound, (await serve(leaving)).url)
    assert result.exit_code == 1
    assert result.stdout == f"{SENTENCE['text']}\n"
    assert "the server closed the session with code 1011 before the last reply" in result.stderr


async def test_an_error_that_the_server_reports_is_exit_1(serve, sound: Path) -> None:
    """The Python server says what went wrong in its acknowledgement."""
    ack = {"mode": "2pass", "wav_name": "w", "is_final": False, "is_end": True}
    endpoint = await serve(answering(ack | {"error": "offline inference failed"}))
    result = await run(sound, endpoint.url, "--dialect", "funasr-python")
    assert result.exit_code == 1
    assert "offline inference failed" in result.stderr


async def test_an_endpoint_that_cannot_be_reached_is_exit_3(sound: Path, unused_tcp_port: int) -> None:
    """Also when the dialect is given, so that nothing is detected first."""
    for more in ((), ("--dialect", "funasr-2pass")):
        result = await run(sound, f"ws://127.0.0.1:{unused_tcp_port}", *more)
        assert (result.exit_code, result.stdout) == (3, "")
        assert "nothing listens" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["ws://127.0.0.1:1"], "at least one FILE"),
        (["a.wav", "ws://127.0.0.1:1", "ws://127.0.0.1:2"], "at most one URL"),
        (["/no/such.wav", "ws://127.0.0.1:1"], "no such file"),
        (["a.wav", "b.wav", "--format", "srt"], "takes one FILE, got 2"),
        (["a.wav", "--hotword", "=5"], "WORD=WEIGHT"),
        (["a.wav", "--hotword", "x=0"], "1 to 100"),
        (["a.wav", "--hotword", "x=heavy"], "WORD=WEIGHT"),
        (["a.wav", "--chunk-size", "5,10"], "three whole numbers like 5,10,5, got '5,10'"),
        (["a.wav", "--chunk-size", "5,0,5"], "got '5,0,5'"),
        (["a.wav", "--rate", "44100"], "8000"),
    ],
)
def test_wrong_use_is_exit_2(arguments: list[str], reason: str) -> None:
    """The message says what came and what is expected; nothing is sent."""
    result = CliRunner().invoke(main, ["transcribe", *arguments])
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    """A file that is no sound ends the command before any session."""
    path = tmp_path / "notes.wav"
    path.write_text("not a sound")
    result = CliRunner().invoke(main, ["transcribe", str(path)])
    assert result.exit_code == 2
    assert "text file" in result.stderr


async def test_a_connection_that_is_cut_is_exit_1(serve, sound: Path) -> None:
    """Without a close frame there is no code to tell."""

    async def cutting(connection: ServerConnection) -> None:
        await connection.recv()
        connection.transport.abort()

    result = await run(sound, (await serve(cutting)).url, "--dialect", "funasr-2pass")
    assert result.exit_code == 1
    assert "the connection was cut before the last reply" in result.stderr


@pytest.fixture(scope="module")
def embedded_url() -> Iterator[str]:
    """Run the embedded endpoint once for all modes."""
    with embedded_endpoint() as endpoint:
        yield endpoint.url


@pytest.mark.parametrize(("mode", "rate"), [("2pass", "16000"), ("online", "8000"), ("offline", "8000")])
def test_speech_is_heard_in_every_mode(embedded_url: str, mode: str, rate: str) -> None:
    """At least every second character of a bundled clip is recognised, and text is shown as it comes."""
    clip = load_clips(bundled_clips_directory()).tagged("plain")[0]
    arguments = ["transcribe", str(clip.path), embedded_url, "--mode", mode, "--rate", rate]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0
    assert sum(char in result.stdout for char in clip.text) >= len(clip.text) / 2
    assert result.stderr.startswith("partial ")


def test_a_realtime_server_is_driven_by_commands() -> None:
    """Its sentences come with their times, each once, and a hotword of a command helps."""
    clips = load_clips(bundled_clips_directory())
    clip = clips.tagged("pauses")[0]
    with embedded_endpoint("funasr-realtime") as endpoint:
        told = CliRunner().invoke(main, ["transcribe", str(clip.path), endpoint.url, "--format", "jsonl"])
        shown = CliRunner().invoke(main, ["transcribe", str(clip.path), endpoint.url, "--format", "srt"])
        rare = clips.tagged("hotword")[0]
        favoured = [str(rare.path), "--hotword", rare.hotwords[0]]
        heard = CliRunner().invoke(main, ["transcribe", *favoured, endpoint.url])
    sentences = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(sentences) > 1
    shown_as_it_came = told.stderr.splitlines()
    assert all(line.startswith("partial ") for line in shown_as_it_came)
    assert all(earlier != later for earlier, later in pairwise(shown_as_it_came))
    assert shown_as_it_came[-1] == "partial " + "".join(s["text"] for s in sentences)
    assert [s["start_ms"] for s in sentences] == sorted(s["start_ms"] for s in sentences)
    assert all(s["start_ms"] < s["end_ms"] and s["words_ms"] is None for s in sentences)
    assert shown.stdout.count(" --> ") == len(sentences)
    assert rare.hotwords[0] in heard.stdout


def test_a_realtime_server_takes_one_rate() -> None:
    """The refusal says which, before anything is sent."""
    clip = load_clips(bundled_clips_directory()).tagged("plain")[0]
    options = ["--dialect", "funasr-realtime", "--rate", "8000"]
    result = CliRunner().invoke(main, ["transcribe", str(clip.path), "ws://127.0.0.1:1", *options])
    assert result.exit_code == 2
    assert "funasr-realtime takes audio at 16000 Hz, not 8000" in result.stderr


def test_without_url_the_embedded_endpoint_transcribes() -> None:
    """Nothing was said, and nothing is heard."""
    clip = load_clips(bundled_clips_directory()).tagged("silence")[0]
    result = CliRunner().invoke(main, ["transcribe", str(clip.path)])
    assert (result.exit_code, result.stdout) == (0, "\n")
