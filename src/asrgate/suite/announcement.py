"""What is said before anything is sent: the load on an endpoint is known in advance."""

from asrgate.suite.ground import Ground
from asrgate.suite.plan import Plan


def announcement(ground: Ground, plan: Plan, streams: int) -> str:
    """What a run will ask of the endpoint, in one sentence."""
    count = len(plan.scenarios)
    sessions = f"{count} session" if count == 1 else f"{count} sessions"
    load = f"{sessions} with {plan.audio_s:.0f} s of audio" if count else "no sessions but generated ones"
    return (
        f"{ground.endpoint.public_url} speaks {ground.dialect.name}: will open {load}, "
        f"at most {streams} at a time{_warning(plan)}"
    )


def _warning(plan: Plan) -> str:
    inputs = sum(job.destructive for phase in plan.phases for job in phase)
    return f"; the last of them with {inputs} inputs that may take it down" if inputs else ""
