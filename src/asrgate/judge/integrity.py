"""ACC: what a text must not lose, repeat or invent, whatever the model (docs/protocol.md section 4.7).

A recogniser may be poor; what is judged here is what no recogniser does by being poor: the same place lost in
clip after clip, a phrase said twice that was spoken once, words from silence.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Evidence, Finding, evidence
from asrgate.judge.utterances import sentences_of, text_of
from asrgate.measure.error_rate import Alignment, Edit, align, nearest
from asrgate.measure.normalisation import TEXT
from asrgate.measure.tokens import tokens
from asrgate.wire.exchange import Exchange

READABLE = 0.5
"""With more errors per character a text says nothing about what is lost from it."""

OFTEN = 0.3
"""Share of the clips in which the same place is lost: more is no accident (ACC-03, ACC-08)."""

ENOUGH_CLIPS = 5
"""Clips that such a share is taken of, at the least."""

PHRASE_TOKENS = 4
"""Characters, or words of English, that come twice: fewer may be chance (ACC-04)."""

FEW_CHARACTERS = 5
"""What noise may be heard as (ACC-06)."""

WORSE_CHARACTERS, WORSE_SHARE = 2, 0.05
"""By so many errors, and by so many per character, the second pass may be worse than the first (ACC-02)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A session, and the texts that are right for it: as spoken and as written."""

    accepted: tuple[str, ...]
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPair:
    """A clip in mode `online`, which the first pass reads, and in one that the second pass reads."""

    text: str
    first: Exchange
    second: Exchange


def second_pass_reads_better(pairs: Sequence[PassPair]) -> Finding:
    """ACC-02: over all clips, sentence results have no more character errors than mode `online`."""
    judged = [pair for pair in pairs if text_of(pair.first) and text_of(pair.second)]
    alignments = [
        (align(pair.text, text_of(pair.first)), align(pair.text, text_of(pair.second))) for pair in judged
    ]
    units = sum(first.units for first, _ in alignments)
    first_errors = sum(first.errors for first, _ in alignments)
    second_errors = sum(second.errors for _, second in alignments)
    worse = second_errors - first_errors
    told = (
        f"{second_errors} errors in {counted(units, 'character')} of sentence results, "
        f"{first_errors} in mode online"
    )
    return conclude(
        "ACC-02",
        [
            Breach(f"{told}; for example {text_of(pair.second)!r}, online {text_of(pair.first)!r}", shown)
            for pair in judged[:1]
            for shown in [_shown(pair.second)]
        ]
        if worse > max(WORSE_CHARACTERS, WORSE_SHARE * units)
        else [],
        judged=len(judged),
        held=f"{told} over {counted(len(judged), 'clip')}",
        nothing=why_nothing([pair.first for pair in pairs], "no text in both modes"),
        shown=[_shown(pair.second) for pair in judged],
    )


def first_characters_are_kept(clips: Sequence[Spoken]) -> Finding:
    """ACC-03: the first character is not lost in clip after clip."""
    return _edge_kept("ACC-03", "first", clips, lambda edits: edits[0])


def last_characters_are_kept(clips: Sequence[Spoken]) -> Finding:
    """ACC-08: the last character is not lost in clip after clip."""
    return _edge_kept("ACC-08", "last", clips, lambda edits: edits[-1])


def nothing_is_said_twice(clips: Sequence[Spoken]) -> Finding:
    """ACC-04: no phrase of four characters or more comes oftener than it was spoken.

    So come sentences that are doubled, and the end of one sentence at the head of the next.
    """
    judged = [clip for clip in clips if text_of(clip.exchange)]
    breaches = []
    for clip in judged:
        phrase = _repeated(clip)
        if phrase is not None:
            sentence = (
                f"{phrase!r} comes twice in {text_of(clip.exchange)!r}, spoken was {clip.accepted[0]!r}"
            )
            breaches.append(Breach(sentence, _shown(clip.exchange)))
    return conclude(
        "ACC-04",
        breaches,
        judged=len(judged),
        held=f"nothing comes twice in {counted(len(judged), 'text')}",
        nothing=why_nothing([clip.exchange for clip in clips], "no text came"),
        shown=[_shown(clip.exchange) for clip in judged],
    )


def english_words_stay_apart(clips: Sequence[Spoken]) -> Finding:
    """ACC-05: English words keep the blanks between them.

    Judged on neighbouring words that were recognised as they were spoken, apart or as one.
    """
    breaches: list[Breach] = []
    apart = 0
    for clip in clips:
        spoken = [word for word in tokens(clip.accepted[0]) if word.isascii()]
        for frame, reply in sentences_of(clip.exchange):
            heard = tokens(reply.text_or_empty)
            apart += len(set(pairwise(heard)) & set(pairwise(spoken)))
            breaches += [
                Breach(
                    f"{before!r} and {after!r} in one: {reply.text_or_empty!r}",
                    evidence(clip.exchange, frame),
                )
                for before, after in pairwise(spoken)
                if any(before + after in word and word not in spoken for word in heard)
            ]
    return conclude(
        "ACC-05",
        breaches,
        judged=apart,
        held=f"{counted(apart, 'pair')} of English words with a blank between them",
        nothing=why_nothing(
            [clip.exchange for clip in clips], "no two neighbouring English words were recognised"
        ),
    )


def nothing_is_heard_in_silence(silence: Exchange, noises: Sequence[Exchange]) -> Finding:
    """ACC-06: 30 s of digital silence give no text, noise gives five characters at most."""
    breaches: list[Breach] = []
    judged = 0
    for exchange, most in [(silence, 0), *((noise, FEW_CHARACTERS) for noise in noises)]:
        judged += any(exchange.replies())
        text = TEXT(text_of(exchange))
        if len(text) > most:
            sentence = f"{exchange.scenario.name}: the text {text_of(exchange)!r} from sound without speech"
            breaches.append(Breach(sentence, _shown(exchange)))
    exchanges = [silence, *noises]
    heard = [repr(text_of(e)) for e in noises if TEXT(text_of(e))]
    return conclude(
        "ACC-06",
        breaches,
        judged=judged,
        held=f"no text from silence; noise gave {', '.join(heard) or 'none'}"
        if noises
        else "no text from silence",
        nothing=why_nothing(exchanges, "no message came"),
        shown=[evidence(exchange) for exchange in exchanges],
    )


def _edge_kept(
    requirement: str, edge: str, clips: Sequence[Spoken], edit_of: Callable[[tuple[Edit, ...]], Edit]
) -> Finding:
    read = [(clip, _alignment(clip)) for clip in clips]
    judged = [(c, a) for c, a in read if a.edits and a.rate is not None and a.rate <= READABLE]
    lost = [clip for clip, alignment in judged if edit_of(alignment.edits).op == "delete"]
    told = f"the {edge} character was lost in {len(lost)} of {counted(len(judged), 'clip')}"
    often = len(judged) >= ENOUGH_CLIPS and len(lost) > OFTEN * len(judged)
    return conclude(
        requirement,
        [
            Breach(
                f"{told}, for example {text_of(clip.exchange)!r} instead of {clip.accepted[0]!r}",
                _shown(clip.exchange),
            )
            for clip in lost[:1]
        ]
        if often
        else [],
        judged=len(judged) if len(judged) >= ENOUGH_CLIPS else 0,
        held=told,
        nothing=why_nothing(
            [clip.exchange for clip in clips],
            f"{counted(len(judged), 'clip')} could be read, {ENOUGH_CLIPS} are needed",
        ),
        shown=[_shown(clip.exchange) for clip, _ in judged],
    )


def _alignment(clip: Spoken) -> Alignment:
    return nearest(clip.accepted, text_of(clip.exchange))[1]


def _repeated(clip: Spoken) -> str | None:
    """The first phrase that a text has oftener than what was spoken, and more than once.

    A phrase that nobody spoke may be twice the same mistake, unless it makes the text longer.
    """
    heard = tokens(text_of(clip.exchange))
    spoken = [tokens(text) for text in clip.accepted]
    longer = len(heard) >= max(map(len, spoken)) + PHRASE_TOKENS
    known = [_phrases(words) for words in spoken]
    for phrase, times in _phrases(heard).items():
        said = max(phrases[phrase] for phrases in known)
        if times > max(1, said) and (said or longer) and len(set(phrase)) == len(phrase):
            return "".join(phrase) if not any(word.isascii() for word in phrase) else " ".join(phrase)
    return None


def _phrases(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    rows = zip(*(words[n:] for n in range(PHRASE_TOKENS)), strict=False)
    return Counter(rows)


def _shown(exchange: Exchange) -> Evidence:
    return evidence(exchange, *(frame for frame, _ in sentences_of(exchange)))
