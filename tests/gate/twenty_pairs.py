"""How often the gate is right: pairs of runs of one deployment, and of one that got worse on purpose.

No test: docs/compare.md says what it is for. `python -m tests.gate.twenty_pairs [PAIRS]`.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from random import Random

from asrgate.audio.clips import MANIFEST_NAME, bundled_clips_directory, load_clips
from asrgate.faults.acts import Act, Pause
from asrgate.faults.proxy import proxied
from asrgate.faults.talk import Breaking, Fields, Talk, on_sentence, on_terminator
from asrgate.gate.compare import compare
from asrgate.gate.sides import Runs
from asrgate.gate.tolerance import parse_tolerances
from asrgate.reference.embedded import embedded_endpoint
from asrgate.report.record import Run
from asrgate.suite.commands import run_accuracy
from asrgate.suite.observer import Observer
from asrgate.suite.settings import Settings
from asrgate.wire.dialects import dialect_named
from asrgate.wire.endpoint import Endpoint

DIALECT = "funasr-2pass"
DAMAGED = 0.02
LATER_S = 0.2
STREAMS = 40
FEW = 5

_MARKS = "，。？！、,.?! "


def damaging(seed: int) -> Breaking:
    """Replace two characters in a hundred, others in each pair."""

    def damaged(talk: Talk, reply: Fields) -> Iterable[Fields | Act]:
        chance = Random(f"{seed} {talk.name} {reply['text']}")
        text = "".join(
            "错" if character not in _MARKS and chance.random() < DAMAGED else character
            for character in reply["text"]
        )
        yield reply | {"text": text}

    return on_sentence(damaged)


def delaying(seed: int) -> Breaking:
    """Let every terminating message come 200 ms later."""

    def delayed(talk: Talk, reply: Fields) -> Iterable[Fields | Act]:
        yield Pause(LATER_S)
        yield reply

    return on_terminator(delayed)


def measured(endpoint: Endpoint, clips: Path, folder: Path, breaking: Breaking | None = None) -> Runs:
    """One run at the pace of speech, behind a fault if there is one."""
    opened = breaking(dialect_named(DIALECT)) if breaking is not None else None
    with proxied(endpoint, opened) if opened is not None else nullcontext(endpoint.url) as url:
        settings = Settings(
            endpoint=Endpoint(url=url),
            dialect=DIALECT,
            fixtures=clips,
            streams=STREAMS,
            accuracy=True,
            modes=("2pass",),
            real_time=True,
            directory=folder,
        )
        run: Run = run_accuracy(settings, Observer())
    return Runs((folder,), (run,))


def without_long(folder: Path) -> Path:
    """The bundled clips but the talk of a minute, in a folder of their own."""
    bundled = load_clips(bundled_clips_directory())
    kept = {clip.id for clip in bundled.clips if "long" not in clip.tags}
    lines = (bundled.directory / MANIFEST_NAME).read_text(encoding="utf-8").splitlines(keepends=True)
    folder.mkdir()
    (folder / "clips").symlink_to(bundled.directory / "clips")
    chosen = "".join(line for line in lines if json.loads(line)["id"] in kept)
    (folder / MANIFEST_NAME).write_text(chosen, encoding="utf-8")
    return folder


def first_few(runs: Runs) -> Runs:
    """The same run, had it had five clips only."""
    run = runs.runs[0]
    assert run.accuracy is not None
    few = replace(run.accuracy, clips=run.accuracy.clips[:FEW])
    return Runs(runs.paths, (replace(run, accuracy=few),))


def main(pairs: int = 20) -> int:
    """Write a row for each pair, then how often each answer was given; the status is 0 if they are right."""
    tolerances = parse_tolerances([])
    answers: dict[str, Counter[str]] = {name: Counter() for name in ("same", "damaged", "later", "few")}
    sys.stdout.write("| pair | same deployment | 2 % damaged | finals 200 ms later | damaged, five clips |\n")
    sys.stdout.write("|---|---|---|---|---|\n")
    with (
        embedded_endpoint(DIALECT) as embedded,
        tempfile.TemporaryDirectory(prefix="asrgate-pairs-") as folder,
    ):
        endpoint, clips = Endpoint(url=embedded.url), without_long(Path(folder) / "clips")
        for number in range(1, pairs + 1):
            within = Path(folder) / str(number)
            base = measured(endpoint, clips, within / "base")
            damaged = measured(endpoint, clips, within / "damaged", damaging(number))
            news = {
                "same": (base, measured(endpoint, clips, within / "same")),
                "damaged": (base, damaged),
                "later": (base, measured(endpoint, clips, within / "later", delaying(number))),
                "few": (first_few(base), first_few(damaged)),
            }
            given = {name: compare(*both, tolerances).answer for name, both in news.items()}
            for name, answer in given.items():
                answers[name][answer] += 1
            sys.stdout.write(f"| {number} | {' | '.join(given.values())} |\n")
            sys.stdout.flush()
    for name, counts in answers.items():
        sys.stdout.write(f"{name}: {', '.join(f'{n} {answer}' for answer, n in counts.items())}\n")
    enough = pairs - pairs // 20
    right = (
        not answers["same"]["worse"]
        and min(answers["damaged"]["worse"], answers["later"]["worse"]) >= enough
        and answers["few"]["too noisy"] == pairs
    )
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
