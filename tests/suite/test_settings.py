"""The options say what is judged, and a report may show them."""

from dataclasses import replace

import pytest

from asrgate.errors import UsageError
from asrgate.fuzz.budget import budget_of
from asrgate.judge.catalogue import Requirement, load_catalogue
from asrgate.judge.finding import Level
from asrgate.suite.locations import requirements_file
from asrgate.suite.settings import Settings, default_directory, parse_expectations, parse_selection
from asrgate.wire.endpoint import Endpoint


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Requirement]:
    """The real catalogue."""
    return load_catalogue(requirements_file())


@pytest.mark.parametrize(
    ("text", "patterns"),
    [("", ()), ("HS-01", ("HS-01",)), (" hs-01, END-*,", ("HS-01", "END-*"))],
)
def test_selection_is_a_list_of_patterns(text: str, patterns: tuple[str, ...]) -> None:
    """Separated by commas, in either case."""
    assert parse_selection(text) == patterns


def test_default_is_everything_that_does_no_harm(catalogue: dict[str, Requirement]) -> None:
    """Without options the destructive and the generated are left out, and what load runs judge always is."""
    left_out = {id_: Settings().why_not_selected(requirement) for id_, requirement in catalogue.items()}
    harmful = {id_ for id_, requirement in catalogue.items() if requirement.destructive}
    generated = {id_ for id_, requirement in catalogue.items() if requirement.generated}
    loaded = {id_ for id_, requirement in catalogue.items() if requirement.loaded}
    assert {id_ for id_, reason in left_out.items() if reason} == harmful | generated | loaded
    assert all("--destructive" in (left_out[id_] or "") for id_ in harmful)
    assert all("--fuzz" in (left_out[id_] or "") for id_ in generated - harmful)
    everything = Settings(destructive=True, fuzz=budget_of("quick"))
    still = {id_: reason for id_, r in catalogue.items() if (reason := everything.why_not_selected(r))}
    assert set(still) == loaded
    assert all("asrgate load" in reason for reason in still.values())


def test_select_takes_patterns(catalogue: dict[str, Requirement]) -> None:
    """Only what one of the patterns matches is judged."""
    settings = Settings(select=("HS-01", "END-0[12]"))
    kept = [id_ for id_, requirement in catalogue.items() if settings.why_not_selected(requirement) is None]
    assert kept == ["HS-01", "END-01", "END-02"]


@pytest.mark.parametrize(
    ("level", "kept"),
    [(Level.MUST, {Level.MUST}), (Level.SHOULD, {Level.MUST, Level.SHOULD}), (Level.MAY, set(Level))],
)
def test_level_is_the_lowest_that_is_judged(
    catalogue: dict[str, Requirement], level: Level, kept: set[Level]
) -> None:
    """Binding requirements are always judged."""
    some = next(iter(catalogue.values()))
    judged = {
        one for one in Level if Settings(level=level).why_not_selected(replace(some, level=one)) is None
    }
    assert judged == kept


def test_pattern_that_selects_nothing_is_refused(catalogue: dict[str, Requirement]) -> None:
    """A misspelt ID is wrong use, and the sentence names the families."""
    with pytest.raises(UsageError, match=r"^--select HX-\*: no such requirement; .*of the families ACC, CFG"):
        Settings(select=("HS-01", "HX-*")).refuse_empty_patterns(catalogue)


def test_options_in_a_report_hold_no_secret() -> None:
    """Headers are shown by name, and neither proxy nor query is shown."""
    endpoint = Endpoint(
        url="wss://host/?token=geheim",
        headers=(("Authorization", "Bearer geheim"),),
        proxy="http://user:geheim@proxy:3128",
    )
    shown = Settings(endpoint=endpoint).public_options()
    assert shown["headers"] == ["Authorization"]
    assert "geheim" not in repr(shown)


def test_report_lands_under_time_and_host() -> None:
    """The folder is named so that runs sort by time, and no colon is in it."""
    assert default_directory(Endpoint(url="ws://[::1]:10095")).name.endswith("Z---1")
    assert default_directory(None).name.endswith("Z-embedded")
    assert default_directory(None).parent.name == "reports"


def test_expectations_are_names_of_features() -> None:
    """Separated by commas, in either case, each once."""
    assert parse_expectations("") == ()
    assert parse_expectations(" itn, HOTWORDS,itn ") == ("itn", "hotwords")
    with pytest.raises(UsageError, match="--expect stamp: no such feature; expected some of partials, itn"):
        parse_expectations("stamp")
