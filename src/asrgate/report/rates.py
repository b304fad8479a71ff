"""The error rate that stands for a run."""

from dataclasses import dataclass
from typing import Literal

from asrgate.measure.accuracy import Accuracy
from asrgate.measure.scores import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class MainRate:
    """The rate that stands for the run: of characters, or of words where all speech is English."""

    name: Literal["cer", "wer"]
    rate: Rate


def main_rate(accuracy: Accuracy) -> MainRate:
    """Return the character error rate of the main mode, the word error rate where all speech is English."""
    words_only = accuracy.slices.get(f"{accuracy.mode}/en")
    if accuracy.pooled.clips == 0 and words_only is not None:
        return MainRate(name="wer", rate=words_only)
    return MainRate(name="cer", rate=accuracy.pooled)
