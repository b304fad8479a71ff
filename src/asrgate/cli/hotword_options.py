"""Options that ask what hotwords do: which terms, of which weights, how many at once."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from asrgate.cli.asking import hotword_option, weighted_word
from asrgate.errors import UsageError
from asrgate.suite.hotword_trial import MOST_HOTWORDS, HotwordTrial

_NO_TRIAL = HotwordTrial()


def _numbers(most: int) -> Callable[[click.Context, click.Parameter, str | None], tuple[int, ...]]:
    """A callback that reads whole numbers of 1 to `most` with commas between them."""

    def read(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, ...]:
        parts = [part.strip() for part in (value or "").split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= most for part in parts):
            raise click.BadParameter(f"expected whole numbers of 1 to {most} as in 1,10, got {value!r}")
        return tuple(dict.fromkeys(map(int, parts)))

    return read


_OPTIONS = (
    click.option(
        "--hotwords",
        "asked",
        is_flag=True,
        envvar="ASRGATE_ACCURACY_HOTWORDS",
        help="Send every clip with hotwords as well, and say what they change: those of the clips, or yours.",
    ),
    hotword_option,
    click.option(
        "--hotword-file",
        type=click.Path(path_type=Path),
        envvar="ASRGATE_ACCURACY_HOTWORD_FILE",
        metavar="FILE",
        help="Hotwords, one per line with its weight behind it, as FunASR's own hotword file has them.",
    ),
    click.option(
        "--hotword-weights",
        "weights",
        callback=_numbers(100),
        envvar="ASRGATE_ACCURACY_HOTWORD_WEIGHTS",
        metavar="W,W,…",
        help=f"Weights to try for the clips' hotwords, where the endpoint takes weights.  "
        f"[default: {','.join(map(str, _NO_TRIAL.weights))}]",
    ),
    click.option(
        "--hotword-counts",
        "counts",
        callback=_numbers(MOST_HOTWORDS),
        envvar="ASRGATE_ACCURACY_HOTWORD_COUNTS",
        metavar="N,N,…",
        help="Also measure, one session at a time, what so many hotwords cost in latency: 1,10,100,1000",
    ),
)


def hotword_trial_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command these options; it gets them as `hotword_trial`, None where none of them is given."""

    @wraps(command)
    def with_trial(
        *args: Any,
        asked: bool,
        hotwords: dict[str, int],
        hotword_file: Path | None,
        weights: tuple[int, ...],
        counts: tuple[int, ...],
        **others: Any,
    ) -> Any:
        terms = hotwords | (_of_file(hotword_file) if hotword_file else {})
        if terms and weights:
            raise UsageError("--hotword-weights is for the clips' hotwords: yours have their own weights")
        wanted = asked or terms or weights or counts
        trial = HotwordTrial(terms=tuple(terms.items()), weights=weights or _NO_TRIAL.weights, counts=counts)
        return command(*args, hotword_trial=trial if wanted else None, **others)

    described: Callable[..., Any] = with_trial
    for option in reversed(_OPTIONS):
        described = option(described)
    return described


def _of_file(path: Path) -> dict[str, int]:
    """The words of a hotword file with their weights; blank lines are skipped."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise UsageError(f"--hotword-file {path}: byte {error.start} is not UTF-8 text") from None
    except OSError as error:
        raise UsageError(f"--hotword-file {path}: {error.strerror}") from None
    words: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        word, _, weight = line.strip().rpartition(" ")
        try:
            word, of_word = weighted_word(f"{word}={weight}" if word else line.strip())
        except click.BadParameter:
            expected = "expected a word, a blank and a weight of 1 to 100"
            raise UsageError(
                f"--hotword-file {path}, line {number}: {expected}, got {line.strip()!r}"
            ) from None
        words[word] = of_word
    if not words or len(words) > MOST_HOTWORDS:
        raise UsageError(f"--hotword-file {path}: expected 1 to {MOST_HOTWORDS} words, got {len(words)}")
    return words
