"""A small run built in code: every verdict, two exchanges, accuracy in two modes, few latencies."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from asrgate.audio.clips import Clip
from asrgate.audio.framing import ByBytes
from asrgate.audio.source import SyntheticTone
from asrgate.judge.finding import Level, Verdict
from asrgate.measure.accuracy import Accuracy, accuracy_of
from asrgate.measure.latency import distribution_of
from asrgate.report.record import (
    ClosingRecord,
    DeviationRecord,
    EndpointRecord,
    Environment,
    EvidenceRecord,
    FeatureRecord,
    FindingRecord,
    FuzzFailure,
    FuzzRecord,
    Run,
    Tool,
)
from asrgate.wire.exchange import Closing, Exchange, Frame, Handshake, StepDone
from asrgate.wire.messages import END_OF_INPUT, encode, opening
from asrgate.wire.recording import Head, Recorder
from asrgate.wire.scenario import AwaitTerminator, Connect, Scenario, SendText, StreamAudio

HOSTILE = "<script>alert('mine')</script>"
MS = 1_000_000


def exchange(name: str, *replies: str, dialect: str = "funasr-2pass", purpose: str = "") -> Exchange:
    """One utterance of 20 audio frames of 60 ms, the replies 100 ms apart from the tenth frame on."""
    audio = SyntheticTone(duration_ms=1200, frequency_hz=300 + len(name))
    scenario = Scenario(
        name=name,
        purpose=purpose,
        steps=(
            Connect(),
            SendText(text=encode(opening(wav_name=name)), role="config"),
            StreamAudio(audio=audio, framing=ByBytes(1920), pace=1.0),
            SendText(text=encode(END_OF_INPUT), role="end"),
            AwaitTerminator(timeout_s=10.0),
        ),
    )
    sent = [("text", "config", 30 * MS, 1, encode(opening(wav_name=name)), None)]
    sent += [("binary", "audio", (40 + 60 * n) * MS, 2, None, n * 1920) for n in range(20)]
    sent += [("text", "end", 1250 * MS, 3, encode(END_OF_INPUT), None)]
    came = [("text", "reply", (605 + 260 * n) * MS, 4, text, None) for n, text in enumerate(replies)]
    timeline = [("sent", *event) for event in sent] + [("received", *event) for event in came]
    timeline.sort(key=lambda event: event[3])
    frames = tuple(
        Frame(
            index=index,
            direction=direction,
            kind=kind,
            role=role,
            at_ns=at_ns,
            due_ns=at_ns if role == "audio" else None,
            size=1920 if text is None else len(text.encode()),
            step=step,
            text=text,
            offset=offset,
            sha256=hashlib.sha256(str(offset).encode()).hexdigest() if text is None else None,
        )
        for index, (direction, kind, role, at_ns, step, text, offset) in enumerate(timeline)
    )
    return Exchange(
        scenario=scenario,
        dialect=dialect,
        url="ws://asr.example:10095/",
        started_at="2026-11-22T15:00:00.000+00:00",
        handshake=Handshake(
            request_headers=(("Host", "asr.example:10095"), ("Authorization", "Bearer not-for-reports")),
            status=101,
            response_headers=(("Upgrade", "websocket"),),
            subprotocol="binary",
            accept_valid=True,
            name_ms=0.4,
            tcp_ms=1.2,
            tls_ms=None,
            upgrade_ms=3.1,
            total_ms=4.7,
        ),
        frames=frames,
        steps=(StepDone(step=0, began_ns=0, ended_ns=5 * MS, outcome="done"),),
        closing=Closing(who="client", code=1000, reason="", clean=True, at_ns=2600 * MS, took_ms=1.5),
    )


def reply(text: str, *, mode: str = "2pass-online", is_final: bool = False, **more: object) -> str:
    """A message of the server."""
    return json.dumps(
        {"text": text, "mode": mode, "wav_name": "clip", "is_final": is_final, **more}, ensure_ascii=False
    )


def clip(
    id_: str,
    text: str,
    *,
    language: str = "zh",
    written: tuple[str, ...] = (),
    tags: tuple[str, ...] = ("plain",),
) -> Clip:
    """A clip of 1.2 s of which only the texts matter."""
    return Clip(
        id=id_,
        path=Path(f"{id_}.flac"),
        text=text,
        written=written,
        language=language,  # type: ignore[arg-type]
        voice="",
        words_per_minute=None,
        sample_rate_hz=16000,
        duration_ms=1200,
        speech_start_ms=200 if text else None,
        speech_end_ms=1000 if text else None,
        words=(),
        hotwords=(),
        tags=tags,
        sha256="0" * 64,
    )


def answered(clip_: Clip, heard: str, mode: str = "2pass") -> tuple[Clip, str, Exchange]:
    """A session that sent a clip and got this text as its only sentence."""
    name = f"{clip_.id}-{mode}"
    return clip_, mode, exchange(name, reply(heard, mode="2pass-offline", is_final=True))


DOUBLE_FINAL = exchange(
    "two-utterances",
    reply("阿里开源的语音识"),
    reply(HOSTILE),
    reply(
        "阿里开源的语音识别真是太牛了。",
        mode="2pass-offline",
        timestamp="[[820,1020],[1020,1240],[1240,1460],[1460,1700]]",
        stamp_sents=[
            {"text_seg": "阿 里 开 源", "punc": "。", "start": 820, "end": 4385, "ts_list": [[820, 1020]]}
        ],
    ),
    reply("", mode="2pass-offline", is_final=True),
    reply("", mode="2pass-offline", is_final=True),
    purpose="one utterance, then silence",
)
SHIFTED = exchange("silence-in-front", reply("今天天气很好。", mode="2pass-offline", is_final=True))


def finding(id_: str, verdict: str, reason: str, *, level: str = "MUST", **more: object) -> FindingRecord:
    """A finding on a requirement whose titles say its ID."""
    return FindingRecord(
        id=id_,
        level=Level(level),
        status="de facto",
        title=f"The sentence of {id_} tells what a server does",
        title_zh=f"{id_} 说明服务器应当怎样做",
        source="docs/protocol.md section 4.2",
        verdict=Verdict(verdict),
        reason=reason,
        **more,  # type: ignore[arg-type]
    )


def evidence(of: Exchange, *frames: int) -> tuple[EvidenceRecord, ...]:
    """Frames of an exchange as a record names them."""
    return (EvidenceRecord(exchange=f"exchanges/{of.id}.jsonl", frames=frames),)


FINDINGS = (
    finding("HS-01", "pass", "101 Switching Protocols with a valid accept key in 4.7 ms"),
    finding("HS-04", "unsupported", "this dialect never selects a subprotocol"),
    finding("SCH-01", "pass", "41 of 41 server messages are one JSON object each"),
    finding(
        "SCH-06", "fail", f"field text holds {HOSTILE}", level="SHOULD", evidence=evidence(DOUBLE_FINAL, 16)
    ),
    finding("CFG-01", "skipped", "not selected"),
    finding(
        "END-01",
        "fail",
        "2 finals came for 1 end frame, at 1385 and 1645 ms; expected exactly one",
        evidence=evidence(DOUBLE_FINAL, 25, 26),
    ),
    finding("END-02", "pass", "nothing came within 2 s after the final"),
    finding("TS-04", "deviation", "shift of 180 ms for 200 ms of silence", evidence=evidence(SHIFTED, 11)),
    finding("ITN-01", "inconclusive", "the clip with tag date gave no text", level="SHOULD"),
    finding("ROB-20", "skipped", "destructive: judged only with --destructive", destructive=True),
    finding("LAT-02", "error", "KeyError: 'onset'", level="SHOULD", evidence=evidence(exchange("gone"), 1)),
)


FEATURES = (
    FeatureRecord(
        name="partials",
        found=True,
        reason="3 partials, the first '阿里'",
        evidence=evidence(DOUBLE_FINAL, 11),
    ),
    FeatureRecord(name="itn", found=False, reason="'一二三' came with itn true", expected=True),
    FeatureRecord(name="stamps", found=False, reason="no message carried timestamp"),
    FeatureRecord(name="hotwords", found=None, reason="no term was missed without them"),
)
CLOSINGS = (
    ClosingRecord(
        exchange=f"exchanges/{DOUBLE_FINAL.id}.jsonl",
        verdict=Verdict.PASS,
        who="client",
        code=1000,
        clean=True,
        took_ms=1.5,
        reason="the client's close was answered by 1000 and TCP ended in 1.5 ms",
    ),
    ClosingRecord(
        exchange=f"exchanges/{SHIFTED.id}.jsonl",
        verdict=Verdict.FAIL,
        who="server",
        code=None,
        clean=False,
        took_ms=None,
        reason="TCP ended without a close frame",
    ),
    ClosingRecord(
        exchange="exchanges/gone.jsonl",
        verdict=Verdict.INCONCLUSIVE,
        who="network",
        code=None,
        clean=False,
        took_ms=None,
        reason="the session was not opened",
    ),
)
DEVIATIONS = (
    DeviationRecord(
        requirement="TS-04",
        state="known",
        reason="stamps move with the model's own delay",
        link="https://example.org/issues/7",
        expires="2027-03-31",
        file="known.toml",
    ),
    DeviationRecord(
        requirement="END-01", state="expired", reason="two finals", expires="2026-01-31", file="known.toml"
    ),
    DeviationRecord(requirement="HS-01", state="fixed", reason="behind the old gateway", file="known.toml"),
    DeviationRecord(
        requirement="SCH-01",
        state="fixed",
        reason="an array now and then",
        link="docs/protocol.md section 4.2",
        file="funasr-2pass.toml",
        shipped=True,
    ),
    DeviationRecord(requirement="CFG-01", state="not judged", reason="never", file="known.toml"),
)
FUZZ = FuzzRecord(
    budget="300",
    seed=1,
    sessions=300,
    duration_s=91.0,
    fixed=("close without a frame",),
    unsteady=("a session broke the rule 'late' once, and not when it was repeated",),
    ended="interrupted",
    failures=(
        FuzzFailure(
            cause="two terminators",
            reason=f"2 terminators came for 1 end frame, the last with {HOSTILE}",
            steps=4,
            again=True,
            exchange=f"exchanges/{DOUBLE_FINAL.id}.jsonl",
        ),
        FuzzFailure(cause="mute", reason="nothing came", steps=3, exchange="exchanges/fuzz-gone.jsonl"),
    ),
)


NOTHING_BESIDES: dict[str, object] = {"features": (), "closings": (), "deviations": (), "fuzz": None}
"""The changes that leave a run its findings and measurements alone."""


def sample_run(**changes: object) -> Run:
    """The run, with some of its fields changed."""
    date = clip("date", "二零二四年七月二十五日", written=("2024年7月25日",), tags=("itn", "date"))
    spoken = [answered(date, "二零二四年七月二十五号。")]
    sessions = [
        answered(clip("guide", "阿里开源的语音识别真是太牛了"), "阿里开源的语音识别真是太牛了。"),
        answered(date, "2024年7月25号。"),
        answered(
            clip("market", "他们在市场上买了很多新鲜的水果和蔬菜"), "他们再市场买了很多新鲜的的水果和书菜。"
        ),
        answered(clip("mixed", "我用 Python 写代码", language="mixed"), "我用python写带马。"),
        answered(clip("five", "今天天气很好我们去公园"), "今天天气很好，我们去公园。"),
        answered(clip("english", "the quick brown fox jumps", language="en"), "The quick brown box jumps."),
        answered(clip("silence", "", language="none"), "嗯嗯"),
        (clip("dead", "没有回答"), "2pass", exchange("dead")),
        answered(
            clip("guide", "阿里开源的语音识别真是太牛了"), "阿里开源的语音是别真是太牛了", mode="offline"
        ),
    ]
    fields: dict[str, object] = {
        "started_at": "2026-11-22T15:00:00+00:00",
        "duration_s": 42.3,
        "tool": Tool(version="0.1.0"),
        "endpoint": EndpointRecord(
            url="ws://asr.example:10095/",
            dialect="funasr-2pass",
            detected={"dialect": "funasr-2pass", "told by": "stamp_sents is an array", "probes": 3},
        ),
        "verdict": "not conformant",
        "valid": True,
        "findings": FINDINGS,
        "sessions": 18,
        "audio_s": 96.0,
        "environment": Environment(
            python="3.11.7",
            platform="Linux-6.1-x86_64",
            cpus=2,
            packages={"websockets": "15.0.1", "jiwer": "4.0.0"},
            fixtures="fixtures",
            fixtures_sha256="ab" * 32,
            options={"streams": 4, "seed": 1},
            command="asrgate check ws://asr.example:10095/ --streams 4 --seed 1",
        ),
        "latencies": (
            distribution_of("connect", [4.1 + n % 7 / 3 for n in range(80)]),
            distribution_of("first-partial", [612.0, 640.5, 655.1, 700.2, 590.9, 1210.0]),
            distribution_of("final", [95.0, 102.1]),
            distribution_of("empty-final", []),
        ),
        "accuracy": _same_with_every_release(accuracy_of(sessions, spoken)),
        "features": FEATURES,
        "closings": CLOSINGS,
        "deviations": DEVIATIONS,
        "fuzz": FUZZ,
    }
    return Run(**(fields | changes))  # type: ignore[arg-type]


def _same_with_every_release(accuracy: Accuracy) -> Accuracy:
    """Fingerprints follow the libraries that are installed."""
    views = tuple(replace(view, fingerprint=f"{n:012x}") for n, view in enumerate(accuracy.views, 0xABC0))
    return replace(accuracy, views=views)


def record_exchanges(directory: Path) -> None:
    """Write the exchanges that the run's findings point at, but one, as a run leaves them."""
    for kept in (DOUBLE_FINAL, SHIFTED):
        with Recorder(directory / "exchanges" / f"{kept.id}.jsonl") as recorder:
            recorder.write(
                Head(scenario=kept.scenario, dialect=kept.dialect, url=kept.url, started_at=kept.started_at)
            )
            for record in (kept.handshake, *kept.frames, *kept.steps, kept.closing):
                assert record is not None
                recorder.write(record)
