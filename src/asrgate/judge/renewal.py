"""CFG: a configuration in more than one frame (docs/protocol.md sections 3.6, 3.7 and 7.9)."""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.configuration import unanswered
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed
from asrgate.judge.hotwords import term_in
from asrgate.judge.utterances import Message, configuration, ended, reads_as_before, sentences_of, text_of
from asrgate.measure.verbalise import has_digits
from asrgate.wire.exchange import Exchange, Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRun:
    """A clip with a rare term: without hotwords, with them in the only frame, and in the second of two."""

    term: str
    without: Exchange
    whole: Exchange
    split: Exchange


def later_chunk_size_repairs(repaired: Exchange, plain: Exchange) -> Finding:
    """CFG-04: a session whose first frame had no `chunk_size` is in order once a later one brings it.

    `plain` is the same audio after one whole frame.
    """
    if not text_of(plain):
        return inconclusive(
            "CFG-04", why_nothing([plain], "no text after one whole frame either"), evidence(plain)
        )
    text = text_of(repaired)
    shown = evidence(repaired, *repaired.sent("config"), *(frame for frame, _ in repaired.replies()))
    if not text or not reads_as_before(text_of(plain), text):
        what = repr(text) if text else unanswered(repaired) or "no text"
        return failed(
            "CFG-04", f"chunk_size in the second frame gave {what}; in the first {text_of(plain)!r}", shown
        )
    return passed("CFG-04", f"transcribed as {text!r}", shown)


def split_configuration_holds(runs: Sequence[SplitRun]) -> Finding:
    """CFG-05: a configuration in two text frames is that of one frame, hotwords in the second one included.

    Judged on clips where the hotword has an effect in one frame.
    """
    effective = [run for run in runs if term_in(run.whole, run.term) and not term_in(run.without, run.term)]
    breaches = [
        Breach(f"in two frames: {problem}", evidence(run.split, *run.split.sent("config")))
        for run in runs
        if text_of(run.whole) and (problem := unanswered(run.split)) is not None
    ]
    breaches += [
        Breach(
            f"{run.term} as a hotword of the second frame gave {text_of(run.split)!r}, "
            f"of the only frame {text_of(run.whole)!r}",
            evidence(run.split, *run.split.sent("config"), *(frame for frame, _ in run.split.replies())),
        )
        for run in effective
        if text_of(run.split) and not term_in(run.split, run.term)
    ]
    return conclude(
        "CFG-05",
        breaches,
        judged=len(effective),
        held=f"{counted(len(effective), 'hotword')} of the second frame used as of the only one",
        nothing=why_nothing([run.split for run in runs], "no hotword had an effect in one frame either"),
        shown=[evidence(run.split) for run in runs],
    )


def later_settings_hold_from_then_on(exchange: Exchange) -> Finding:
    """CFG-07: `wav_name` and `itn` of a second frame in mid-utterance hold for later sentences only.

    The first sentence was delivered before that frame was sent. Digits are looked at where the first sentence
    has some.
    """
    configs = exchange.sent("config")
    if len(configs) < 2:
        return inconclusive(
            "CFG-07", why_nothing([exchange], "no second frame could be sent"), evidence(exchange)
        )
    old, new = (configuration(frame).get("wav_name") for frame in configs[:2])
    second = configs[1]
    before = [message for message in sentences_of(exchange) if message[0].index < second.index]
    after = [message for message in sentences_of(exchange) if message[0].index > second.index]
    if not before or not after:
        which = "before" if not before else "after"
        return inconclusive(
            "CFG-07", f"no sentence result came {which} the second frame", evidence(exchange, second)
        )
    wrong = _misnamed(exchange, second, old, new) or _miswritten(before, after)
    if wrong is not None:
        problem, frame = wrong
        return failed("CFG-07", problem, evidence(exchange, *configs, frame))
    written = f", {_text(before)!r} then {_text(after)!r}" if has_digits(_text(before)) else ""
    return passed(
        "CFG-07",
        f"sentences before it under {old!r}, those after it under {new!r}{written}",
        evidence(exchange, *configs, *(frame for frame, _ in (*before, *after))),
    )


def _misnamed(exchange: Exchange, second: Frame, old: object, new: object) -> tuple[str, Frame] | None:
    """The first message under a name that was not in force: the old one may still come for a while."""
    renamed = False
    last = max(frame.index for frame, _ in exchange.replies())
    for frame, reply in exchange.replies():
        if not reply.has("wav_name"):
            continue
        allowed = (old,) if frame.index < second.index else (new,) if renamed else (old, new)
        if frame.index == last and ended([exchange]):
            allowed = (new,)
        if reply.wav_name not in allowed:
            when = "before" if frame.index < second.index else "after"
            return f"wav_name {reply.wav_name!r} {when} the second frame, expected {allowed[0]!r}", frame
        renamed = renamed or reply.wav_name == new
    return None


def _miswritten(before: list[Message], after: list[Message]) -> tuple[str, Frame] | None:
    """Digits after `itn: false`, where there were some before it."""
    if has_digits(_text(before)) and has_digits(_text(after[-1:])):
        return f"itn false in the second frame, but the last sentence is {_text(after[-1:])!r}", after[-1][0]
    return None


def _text(messages: list[Message]) -> str:
    return "".join(reply.text_or_empty for _, reply in messages)
