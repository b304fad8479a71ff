"""Features are probed: an absent one excuses what needs it, unless it is expected or promised."""

from dataclasses import replace

from asrgate.judge.catalogue import Requirement, Status
from asrgate.judge.features import Feature
from asrgate.judge.finding import Evidence, Finding, Level, Verdict, failed
from asrgate.suite.checks import Check
from asrgate.suite.collection import collected_checks
from asrgate.suite.declarations import NamedExchange, NamedFeature, exchange
from asrgate.suite.given import Given
from asrgate.suite.jobs import Job
from asrgate.suite.probes import features_of, probe_of
from asrgate.wire.exchange import Exchange

REQUIREMENT = Requirement(
    id="ITN-01",
    level=Level.MUST,
    status=Status.DOCUMENTED,
    title="Numbers are written.",
    title_zh="数字要写出。",
    source="docs/protocol.md section 4.7",
    dialects=("funasr-2pass-0.1",),
    needs="itn",
)


@exchange
def plain(given: Given) -> Exchange:
    """A plain sentence."""
    return given.drive(given.utterance(given.sentence()))


@exchange
def rare(given: Given) -> Exchange:
    """A clip that the tones lack."""
    return given.drive(given.utterance(given.tagged("hotword")[0]))


NAMED: dict[str, NamedExchange[object]] = {"plain": plain, "rare": rare}


def telling(found: bool | None, *, name: str = "itn") -> dict[str, NamedFeature]:
    """A feature that is always told so."""

    def probe(plain: Exchange) -> Feature:
        return Feature(name=name, found=found, reason="as told", evidence=(Evidence(exchange=plain.id),))

    return {name: NamedFeature(name, probe)}


def check_needing(features: dict[str, NamedFeature], *, needs: str = "itn") -> Check:
    """A check that fails whenever it is judged."""

    def judge(plain: Exchange) -> Finding:
        return failed("ITN-01", "judged", Evidence(exchange=plain.id))

    requirement = replace(REQUIREMENT, needs=needs)
    return Check(
        requirement=requirement,
        judge=judge,
        named=NAMED,
        probe=probe_of(requirement, features, NAMED),
    )


def test_an_absent_feature_makes_what_needs_it_unsupported(given: Given) -> None:
    """With the reason and the evidence of the probe."""
    finding = check_needing(telling(False)).finding(given)
    assert (finding.verdict, finding.reason) == (Verdict.UNSUPPORTED, "as told")
    assert len(finding.evidence) == 1


def test_a_feature_that_is_there_or_unknown_is_judged(given: Given) -> None:
    """Nothing is excused by not knowing."""
    for found in (True, None):
        assert check_needing(telling(found)).finding(given).reason == "judged"


def test_an_expected_feature_excuses_nothing(given: Given) -> None:
    """The user declared it: its absence is a failure."""
    expecting = replace(given, expected=frozenset({"itn"}))
    assert check_needing(telling(False)).finding(expecting).reason == "judged"


def test_a_promised_feature_excuses_nothing(given: Given) -> None:
    """Partials are what a two-pass server is: a deployment without them is broken."""
    check = check_needing(telling(False, name="partials"), needs="partials")
    assert check.finding(given).reason == "judged"


def test_a_probe_without_clips_tells_nothing(given: Given) -> None:
    """The feature is unknown, the reason says which tag is missing, and the requirement is judged."""

    def probe(rare: Exchange) -> Feature:
        raise AssertionError

    check = check_needing({"itn": NamedFeature("itn", probe)})
    assert check.finding(given).reason == "judged"
    assert check.probe is not None
    (record,) = features_of([check.probe], replace(given, expected=frozenset({"itn"})))
    assert (record.name, record.found, record.expected) == ("itn", None, True)
    assert record.reason == "the fixtures folder has no clip tagged 'hotword'"


def test_a_destructive_check_has_its_feature_probed_without_harm(given: Given, jobs: list[Job]) -> None:
    """What tells the feature is driven with everything else."""
    check = check_needing(telling(True))
    replace(check, requirement=replace(check.requirement, hazard=4)).finding(given)
    assert [job.destructive for job in jobs] == [False, True]


def test_every_needed_feature_can_be_told() -> None:
    """The catalogue names no feature without a probe, and no probe names an exchange that is not there."""
    for check in collected_checks():
        assert (check.probe.name if check.probe else None) == check.requirement.needs, check.requirement.id
        assert check.probe is None or not check.probe.unknown_arguments
