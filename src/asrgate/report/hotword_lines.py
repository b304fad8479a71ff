"""What hotwords did, in sentences."""

from asrgate.measure.hotword_latency import Rise
from asrgate.measure.hotwords import HotwordComparison, HotwordEffect, UnrelatedSpeech
from asrgate.report.language import Words
from asrgate.report.numbers import DASH

LEVEL = 0.05
_LEAST_P = 0.001


def hotword_lines(comparison: HotwordComparison, words: Words) -> list[str]:
    """Return the sentences: what the weight that stands for all did, or why nothing was measured."""
    effect = comparison.effect
    if effect is None:
        return [words("hotword.not_measured", reason=comparison.reason or "")]
    lines = [_recall(effect, words)]
    heard = effect.precision_with
    false = heard.of - heard.hits
    lines.append(words("hotword.false", n=false, all=heard.of) if false else words("hotword.no_false"))
    lines.append(_unrelated(effect.unrelated, words))
    return lines


def p_text(p: float | None) -> str:
    """Return a p value to the digits that matter, the relation included."""
    if p is None:
        return DASH
    return f"< {_LEAST_P}" if p < _LEAST_P else f"= {p:.2g}"


def rise_text(rise: Rise | None) -> str:
    """Return a rise in ms with its interval."""
    if rise is None:
        return DASH
    low, high = rise.ci90_ms
    return f"{rise.median_ms:+.0f} ({low:+.0f} – {high:+.0f})"


def _recall(effect: HotwordEffect, words: Words) -> str:
    before, after = effect.recall_without, effect.recall_with
    if effect.p is None:
        return words("hotword.untested", reason=effect.reason or "")
    said = "hotword.raised" if after.hits > before.hits else "hotword.lowered"
    return words(
        said if effect.p < LEVEL and after.hits != before.hits else "hotword.unchanged",
        before=before.hits,
        after=after.hits,
        n=before.of,
        p=p_text(effect.p),
        test=words.named("test", effect.test or ""),
    )


def _unrelated(unrelated: UnrelatedSpeech, words: Words) -> str:
    if unrelated.difference is None or unrelated.ci90 is None:
        return words("hotword.unrelated_unknown", reason=unrelated.reason or "")
    low, high = (bound * 100 for bound in unrelated.ci90)
    if low > 0 or high < 0:
        return words(
            "hotword.unrelated_worse" if low > 0 else "hotword.unrelated_better",
            change=f"{abs(unrelated.difference) * 100:.1f}",
            low=f"{low:+.1f}",
            high=f"{high:+.1f}",
            n=unrelated.clips,
        )
    return words("hotword.unrelated_same", within=f"{max(abs(low), abs(high)):.1f}", n=unrelated.clips)
