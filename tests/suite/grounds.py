"""A ground on which nothing is driven, only noted."""

from asrgate.audio.clips import ClipSet
from asrgate.suite.given import Given
from asrgate.suite.jobs import Job
from asrgate.wire.dialects import FUNASR_2PASS_01
from asrgate.wire.exchange import Exchange


def noting(clips: ClipSet, jobs: list[Job]) -> Given:
    """A ground that notes in `jobs` what is asked for; in the exchanges it gives nothing happened."""

    def note(job: Job) -> tuple[Exchange, ...]:
        jobs.append(job)
        return tuple(
            Exchange(scenario=scenario, dialect="funasr-2pass-0.1", url="", started_at="")
            for scenario in job.scenarios
        )

    return Given(dialect=FUNASR_2PASS_01, clips=clips, driven=note)
