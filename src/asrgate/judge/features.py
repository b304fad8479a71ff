"""Features of a deployment, told by what it answered: each probe is a pure function of exchanges.

Models, builds and versions decide about ITN, hotwords, word stamps and resampling: a deployment without one
is no broken server. What a dialect itself promises (partials, modes, an answer to an empty utterance) is
probed for the report only: its absence is for the requirements to judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.judge.breach import counted, why_nothing
from asrgate.judge.finding import Evidence, evidence
from asrgate.judge.hotwords import HotwordRuns, term_in
from asrgate.judge.itn import NumberRuns, number_heard, text_as_sent
from asrgate.judge.sample_rate import RatePair
from asrgate.judge.utterances import ended, sentences_of, text_of, utterances
from asrgate.measure.error_rate import align
from asrgate.measure.verbalise import has_digits
from asrgate.wire.exchange import Exchange

OPTIONAL = frozenset({"itn", "hotwords", "stamps", "resampling"})
"""Features that a deployment may lack without breaking its dialect."""

ENOUGH_MISSED = 3
"""Terms missed without hotwords and again with them, at the least, to tell that they have no effect."""

ANOTHER_TEXT = 0.6
"""Share of the characters in which 8 kHz must differ from 16 kHz for the rate to have been ignored.

Speech at double speed leaves next to nothing; a model that only suffers keeps most.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Whether a deployment has a feature, and by what that was told; `found` is None when it was not."""

    name: str
    found: bool | None
    reason: str
    evidence: tuple[Evidence, ...] = ()


def partials(exchange: Exchange) -> Feature:
    """Partials: any came in a session at real-time pace."""
    came = [message for utterance in utterances(exchange) for message in utterance.partials]
    if came:
        frame, reply = came[0]
        return _found(
            "partials",
            f"{counted(len(came), 'partial')}, the first {reply.text_or_empty!r}",
            evidence(exchange, frame),
        )
    if not sentences_of(exchange):
        return _unknown("partials", [exchange], "no text came")
    return _absent("partials", "sentence results came, and no partial before them", _sentences(exchange))


def modes(online: Exchange, offline: Exchange) -> Feature:
    """Modes: `online` gives partials, `offline` sentence results alone."""
    if not text_of(online) or not text_of(offline):
        return _unknown("modes", [online, offline], "no text in mode online or offline")
    shown = [evidence(e, *(frame for frame, _ in e.replies())) for e in (online, offline)]
    first_pass = [any(u.partials for u in utterances(e)) for e in (online, offline)]
    if first_pass == [True, False]:
        return _found("modes", "partials in mode online, sentence results alone in mode offline", *shown)
    came = ["partials" if seen else "no partials" for seen in first_pass]
    return _absent("modes", f"{came[0]} in mode online and {came[1]} in mode offline", *shown)


def empty_final(exchange: Exchange) -> Feature:
    """An answer to an end frame without audio."""
    for utterance in ended([exchange]):
        if utterance.terminator is not None:
            return _found(
                "empty-final",
                "an utterance without audio was answered",
                evidence(exchange, utterance.terminator[0]),
            )
        if any(done.outcome == "timeout" for done in exchange.steps):
            return _absent("empty-final", "an utterance without audio got no answer", evidence(exchange))
    return _unknown("empty-final", [exchange], "no utterance without audio was ended")


def itn(runs: Sequence[NumberRuns]) -> Feature:
    """Inverse text normalisation: `itn: true` writes a number that `itn: false` leaves as it is spoken."""
    for run in runs:
        if has_digits(text_as_sent(run.on)) and number_heard(run):
            return _found(
                "itn",
                f"{text_as_sent(run.off)!r} is written {text_as_sent(run.on)!r} with itn true",
                _sentences(run.on),
            )
    heard = [run for run in runs if number_heard(run) and text_as_sent(run.on)]
    if not heard:
        return _unknown("itn", [run.off for run in runs], "no number was recognised as it was spoken")
    return _absent(
        "itn",
        f"{counted(len(heard), 'number')} recognised, none of them written with itn true, for example "
        f"{text_as_sent(heard[0].on)!r}: no inverse text normalisation is loaded",
        *(_sentences(run.on) for run in heard[:3]),
    )


def hotwords(runs: Sequence[HotwordRuns]) -> Feature:
    """Hotwords: a term that is missed without them is recognised with them."""
    answered = [run for run in runs if text_of(run.without) and text_of(run.biased)]
    missed = [run for run in answered if not term_in(run.without, run.term)]
    for run in missed:
        if term_in(run.biased, run.term):
            return _found(
                "hotwords",
                f"{run.term} is recognised with hotwords, and missed without them",
                _sentences(run.biased),
            )
    if len(missed) < ENOUGH_MISSED:
        return _unknown(
            "hotwords",
            [run.without for run in runs],
            f"{counted(len(missed), 'term')} missed without hotwords, {ENOUGH_MISSED} are needed to tell",
        )
    return _absent(
        "hotwords",
        f"none of {counted(len(missed), 'term')} missed without hotwords was recognised with them, "
        f"for example {missed[0].term}: {text_of(missed[0].biased)!r}; this model takes no hotwords",
        *(_sentences(run.biased) for run in missed[:3]),
    )


def stamps(exchanges: Sequence[Exchange]) -> Feature:
    """Time stamps: sentence results carry some of words, or in funasr-realtime their own, well formed or not.

    The number that current 2pass servers send in their place is no stamp (docs/protocol.md section 7.3).
    """
    spoken = [(e, frame, reply) for e in exchanges for frame, reply in sentences_of(e)]
    for exchange, frame, reply in spoken:
        if (isinstance(reply.timestamp, str | list) and reply.timestamp) or reply.has("stamp_sents"):
            return _found("stamps", f"{reply.text_or_empty!r} carries word stamps", evidence(exchange, frame))
        if any("start" in sentence for sentence in reply.locked):
            return _found("stamps", f"{reply.text_or_empty!r} carries its times", evidence(exchange, frame))
    if not spoken:
        return _unknown("stamps", exchanges, "no sentence result with text came")
    return _absent(
        "stamps",
        f"{counted(len(spoken), 'sentence result')} with text, none with word stamps: this model gives none",
        *(evidence(exchange, frame) for exchange, frame, _ in spoken[:3]),
    )


def resampling(pairs: Sequence[RatePair]) -> Feature:
    """Resampling: 8 kHz audio with `audio_fs: 8000` is read as speech, and not at double speed."""
    read = [pair for pair in pairs if text_of(pair.original)]
    if not read:
        return _unknown("resampling", [pair.original for pair in pairs], "no text at 16 kHz either")
    compared = [align(text_of(pair.original), text_of(pair.resampled)) for pair in read]
    units = sum(alignment.units for alignment in compared)
    apart = sum(alignment.errors for alignment in compared) / units if units else 1.0
    shown = [_sentences(pair.resampled) for pair in read[:3]]
    texts = f"{text_of(read[0].resampled)!r} at 8 kHz, {text_of(read[0].original)!r} at 16 kHz"
    if apart < ANOTHER_TEXT:
        return _found("resampling", f"with audio_fs 8000 {texts}", *shown)
    return _absent(
        "resampling",
        f"audio_fs 8000 has no effect: {texts}; {100 * apart:.0f} % of the characters differ "
        f"over {counted(len(read), 'clip')}",
        *shown,
    )


def _found(name: str, reason: str, *shown: Evidence) -> Feature:
    return Feature(name=name, found=True, reason=reason, evidence=shown)


def _absent(name: str, reason: str, *shown: Evidence) -> Feature:
    return Feature(name=name, found=False, reason=reason, evidence=shown)


def _unknown(name: str, exchanges: Sequence[Exchange], otherwise: str) -> Feature:
    return Feature(name=name, found=None, reason=why_nothing(exchanges, otherwise))


def _sentences(exchange: Exchange) -> Evidence:
    return evidence(exchange, *(frame for frame, _ in sentences_of(exchange)))
