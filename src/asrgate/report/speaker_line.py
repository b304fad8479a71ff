"""How well a deployment told who spoke, in a sentence."""

from asrgate.measure.speakers import SpeakerScore
from asrgate.report.language import Words
from asrgate.report.numbers import percent


def speaker_line(score: SpeakerScore, words: Words) -> str:
    """Return the sentence: the error rate of all clips together, or why there is none."""
    if score.der is None:
        return words("speakers.not_measured", reason=score.reason or "")
    return words(
        "speakers.said",
        der=percent(score.der),
        right=score.right_turns.hits,
        turns=score.right_turns.of,
        clips=len(score.clips),
    )
