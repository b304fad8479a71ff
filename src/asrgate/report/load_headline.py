"""What a load run comes to: its standing, the sentence to quote, and what that sentence leaves open."""

from typing import Literal
from urllib.parse import urlsplit

from asrgate.judge.finding import Level, Verdict
from asrgate.report.language import Words
from asrgate.report.load_outcome import unsound
from asrgate.report.load_record import AttainmentRecord, CapacityRecord, LoadRecord, StepRecord
from asrgate.report.numbers import count, percent, plain, seconds
from asrgate.report.record import Run

LoadStanding = Literal[
    "capacity", "unconfirmed", "objectives held", "objectives missed", "objectives open", "measured"
]

_UNDER_LOAD = ("LOAD-", "LAT-06")
"""How the requirements begin that load runs judge."""

_LAG = ("partial_lag_ms.", "lag_slope_ms_per_s.")
"""An endpoint keeps real time when its replies do not fall behind speech."""


def load_alone(run: Run) -> LoadRecord | None:
    """Return the load of a run whose answer it is, None for every other run.

    That is a run which judged nothing, or only requirements on load, and in which no MUST failed.
    """
    left_out = (Verdict.SKIPPED, Verdict.UNSUPPORTED)
    judged = any(f.verdict not in left_out and not f.id.startswith(_UNDER_LOAD) for f in run.findings)
    failed = any(f.verdict == Verdict.FAIL and f.level == Level.MUST for f in run.findings)
    return None if judged or failed or run.accuracy is not None else run.load


def answer_of(run: Run) -> CapacityRecord | None:
    """Return what a search came to, None when there was none, it was cut short, or the run is not valid."""
    return None if run.load is None or run.interrupted or not run.valid else run.load.capacity


def load_standing(run: Run, load: LoadRecord) -> LoadStanding:
    """Return what a load comes to.

    A search has found a capacity, or missed the objectives at its fewest streams; interrupted it has found
    nothing yet. Any other load held them when every step did, and missed them when one step did.
    """
    if load.capacity is not None and run.interrupted:
        return "objectives open"
    if load.capacity is not None:
        if not load.capacity.streams:
            return "objectives missed"
        return "capacity" if load.capacity.confirmed else "unconfirmed"
    if not load.objectives:
        return "measured"
    if any(step.held is False for step in load.steps):
        return "objectives missed"
    held = bool(load.steps) and not run.interrupted and all(step.held for step in load.steps)
    return "objectives held" if held else "objectives open"


def missed_beside(run: Run) -> bool:
    """Return whether a run that judged more than its load missed objectives under load."""
    if run.load is None or not run.valid or load_alone(run) is not None:
        return False
    return load_standing(run, run.load) == "objectives missed"


def load_title(run: Run, load: LoadRecord, words: Words) -> str:
    """Return the verdict of a load in a word or two; a capacity is its number of streams."""
    standing = load_standing(run, load)
    if load.capacity is not None and standing in ("capacity", "unconfirmed"):
        return streams_of(load.capacity.streams, words)
    return words(f"run.{standing}")


def load_headline(run: Run, load: LoadRecord, words: Words) -> str:
    """Return what the load comes to as one sentence that can be quoted."""
    host = urlsplit(run.endpoint.url).netloc or run.endpoint.url
    if load.capacity is not None:
        return _capacity(run, load.capacity, load, host, words)
    said = step_sentence(run, load, words)
    return words("headline.load", host=host, said=said, generator=generator(load, words))


def step_sentence(run: Run, load: LoadRecord, words: Words) -> str:
    """Return how the objectives stood under load, without the endpoint's name."""
    decisive = decisive_step(load)
    if decisive is None:
        return words("headline.load_nothing")
    places = {"streams": streams_of(decisive.streams, words), "s": seconds(decisive.duration_s)}
    match load_standing(run, load):
        case "objectives missed":
            missed = [a for a in decisive.attainments if a.held is False]
            listed = words("count.separator").join(_missed(a, words) for a in missed)
            return words("headline.load_missed", missed=listed or words("headline.load_objectives"), **places)
        case "objectives held":
            return words("headline.load_held", n=len(load.objectives), **places)
        case "objectives open":
            reasons = [a.reason for a in decisive.attainments if a.held is None]
            return words(
                "headline.load_open", reason=reasons[0] if reasons else words("headline.no_reason"), **places
            )
        case _:
            return words("headline.load_measured", **places)


def load_qualifications(run: Run, load: LoadRecord, words: Words) -> list[str]:
    """Return the sentences without which the headline of a load would say too much, gravest first."""
    said = []
    crossed = sum(step.crossed for step in load.steps)
    if crossed:
        said.append(words("headline.crossed", n=count(crossed)))
    for death in load.deaths[:1]:
        key = "headline.died" if death.back_after_s is None else "headline.died_and_came_back"
        told = {"streams": streams_of(death.streams, words), "cut": count(death.cut)}
        said.append(words(key, refused=count(death.refused), s=seconds(death.back_after_s or 0.0), **told))
    answer = answer_of(run)
    if load.capacity is None:
        said += _errors(load, words) + _texts(load, words)
    if answer is not None and answer.streams_per_gpu is not None:
        said.append(words("headline.per_gpu", n=plain(answer.streams_per_gpu), gpus=answer.gpus or "?"))
    if answer is not None and answer.plan is not None:
        plan = answer.plan
        said.append(
            words("headline.plan", instances=plan.instances, spare=plan.spare, peak=plan.peak_streams)
        )
    excluded = [worker.name for worker in load.workers if worker.excluded is not None]
    if excluded:
        said.append(words("headline.excluded", names=words("count.separator").join(excluded)))
    if load.resources is not None:
        if load.resources.restarts:
            said.append(words("headline.restarts", n=load.resources.restarts))
        grown = [words.named("series", slope.name) for slope in load.resources.slopes if slope.grows]
        if grown:
            said.append(words("headline.grew", names=words("count.separator").join(dict.fromkeys(grown))))
        if load.resources.throttled:
            said.append(words("headline.throttled"))
    return said


def decisive_step(load: LoadRecord) -> StepRecord | None:
    """Return the step that decides: the first that missed, else the first left open, else the largest."""
    for held in (False, None):
        steps = [step for step in load.steps if step.held is held]
        if steps and load.objectives:
            return min(steps, key=lambda step: step.streams)
    return max(load.steps, key=lambda step: step.streams, default=None)


def streams_of(streams: int, words: Words) -> str:
    """Return `1 stream` or `8 streams`."""
    return words("count.stream" if streams == 1 else "count.streams", n=count(streams))


def generator(load: LoadRecord, words: Words) -> str:
    """Return whether the generator kept its own time in every step that counts."""
    late = unsound(load)
    if not late:
        return words("headline.generator_healthy")
    return words("headline.generator_saturated", streams=streams_of(late[0].streams, words))


def metric_of(objective: str) -> str:
    """Return the metric of an objective, `final_ms.p95` of `final_ms.p95 <= 1500`."""
    return objective.partition("<=")[0].strip()


def keeps_real_time(load: LoadRecord) -> bool:
    """Return whether the objectives ask that replies keep up with speech."""
    return any(objective.startswith(_LAG) for objective in load.objectives)


def _capacity(run: Run, capacity: CapacityRecord, load: LoadRecord, host: str, words: Words) -> str:
    fewest = min((trial.streams for trial in capacity.trials), default=1)
    if run.interrupted:
        key = "headline.search_cut"
    elif not capacity.streams:
        key = "headline.carries_none"
    else:
        key = "headline.carries" if capacity.limiting is not None else "headline.carries_at_least"
    return words(
        key,
        host=host,
        streams=streams_of(capacity.streams or fewest, words),
        most=streams_of(capacity.streams, words),
        how=words("headline.in_real_time" if keeps_real_time(load) else "headline.within_objectives"),
        low=count(capacity.interval[0]),
        high=count(capacity.interval[1]),
        confirmed="" if capacity.confirmed else words("headline.not_confirmed"),
        limit=_limit(capacity, words),
        generator=generator(load, words),
    )


def _limit(capacity: CapacityRecord, words: Words) -> str:
    if capacity.limiting is None:
        return words("headline.unlimited", most=count(capacity.searched_to))
    return words("headline.limited", limiting=metric_of(capacity.limiting))


def _missed(attainment: AttainmentRecord, words: Words) -> str:
    """An objective that was missed, by its value, or by why it is missed whatever else would have come."""
    if attainment.value is None:
        return attainment.reason
    value, most = plain(attainment.value), plain(attainment.most)
    return words("headline.missed_by", metric=metric_of(attainment.objective), value=value, most=most)


def _errors(load: LoadRecord, words: Words) -> list[str]:
    kinds: dict[str, int] = {}
    for step in load.steps:
        for kind, n in step.errors.items():
            kinds[kind] = kinds.get(kind, 0) + n
    sessions = sum(step.sessions for step in load.steps)
    failed = sum(kinds.values())
    if not failed:
        return [words("headline.no_errors", sessions=count(sessions))]
    most_first = sorted(kinds.items(), key=lambda item: -item[1])
    listed = words("count.separator").join(
        f"{words.named('error', kind)} {count(n)}" for kind, n in most_first if n
    )
    return [words("headline.errors", n=count(failed), sessions=count(sessions), kinds=listed)]


def _texts(load: LoadRecord, words: Words) -> list[str]:
    compared = sum(step.texts_compared for step in load.steps)
    wrong = sum(step.text_mismatches for step in load.steps)
    if not wrong:
        return []
    return [words("headline.texts", n=count(wrong), all=count(compared), rate=percent(wrong / compared))]
