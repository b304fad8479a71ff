"""The plug-in proper: turns test functions into checks, has their exchanges driven, and judges them."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType

import pytest

from asrgate.errors import AsrgateError, InvalidRun, UsageError
from asrgate.judge.catalogue import Requirement, load_catalogue
from asrgate.judge.deviations import Deviation
from asrgate.judge.finding import Finding, Level, Verdict
from asrgate.report.assemble import exit_status_of
from asrgate.report.record import Run
from asrgate.suite.checks import Check
from asrgate.suite.declarations import NamedExchange, NamedFeature, named_exchanges, named_features
from asrgate.suite.ground import Ground, reached
from asrgate.suite.known import known_to, own_deviations
from asrgate.suite.locations import requirements_file
from asrgate.suite.observer import Observer
from asrgate.suite.probes import probe_of
from asrgate.suite.running import Running, UnderLoad, Wanted
from asrgate.suite.settings import Settings

CHECK = pytest.StashKey[Check]()
FINDING = pytest.StashKey[Finding]()


def _is_generated(item: pytest.Item) -> bool:
    return CHECK in item.stash and item.stash[CHECK].requirement.generated


class Suite:
    """One run of the conformance suite within pytest; leaves a `run`, or the `error` that ended it.

    When everything else was driven, `under_load` puts load on the endpoint, if there is one.
    """

    def __init__(self, settings: Settings, observer: Observer, under_load: UnderLoad | None = None) -> None:
        self.run: Run | None = None
        self.error: AsrgateError | None = None
        self._settings = settings
        self._observer = observer
        self._under_load = under_load
        self._named: dict[str, NamedExchange[object]] = {}
        self._features: dict[str, NamedFeature] = {}
        self._catalogue: dict[str, Requirement] = {}
        self._left_out: list[Finding] = []
        self._own: tuple[Deviation, ...] = ()
        self._running: Running | None = None

    def pytest_plugin_registered(self, plugin: object, manager: pytest.PytestPluginManager) -> None:
        """Make every named exchange of a plug-in module the fixture of its name.

        The fixture only stands for the name. What it is good for is built when the check is judged.
        """
        self._features |= named_features(plugin)
        found = named_exchanges(plugin)
        if found:
            self._named |= found
            manager.register(_fixtures(found), f"asrgate-fixtures-{id(plugin)}")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Bind tests to their requirements, and leave out those that are not selected."""
        with self._ending_on_errors():
            self._catalogue = load_catalogue(requirements_file())
            self._settings.refuse_empty_patterns(self._catalogue)
            self._own = own_deviations(self._settings, self._catalogue)
            self._select(config, items)

    def _select(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        kept: list[pytest.Item] = []
        for item in items:
            check = self._check_of(item)
            reason = self._settings.why_not_selected(check.requirement) if check else None
            if check is None or reason is None:
                kept.append(item)
                continue
            self._left_out.append(
                Finding(requirement=check.requirement.id, verdict=Verdict.SKIPPED, reason=reason)
            )
        if items and not kept:
            reasons = dict.fromkeys(finding.reason for finding in self._left_out)
            raise UsageError(f"no requirement is left to judge: {', '.join(reasons)}")
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        # Generated sessions are driven when everything else is.
        items[:] = sorted(kept, key=_is_generated)

    def _check_of(self, item: pytest.Item) -> Check | None:
        mark = item.get_closest_marker("requirement")
        if mark is None or not isinstance(item, pytest.Function):
            return None
        (id_,) = mark.args
        if id_ not in self._catalogue:
            raise UsageError(f"{item.nodeid}: there is no requirement {id_} in {requirements_file()}")
        requirement = self._catalogue[id_]
        check = Check(
            requirement=requirement,
            judge=item.obj,
            named=self._named,
            probe=probe_of(requirement, self._features, self._named),
        )
        for name in [*check.unknown_arguments, *(check.probe.unknown_arguments if check.probe else ())]:
            raise UsageError(f"{item.nodeid}: there is no exchange named {name!r}")
        item.stash[CHECK] = check
        return check

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a file of the suite cannot be read, for those who run it without pytest's own output."""
        if report.failed and self.error is None:
            reason = str(report.longrepr).strip().splitlines()[-1]
            self.error = InvalidRun(f"{report.nodeid} cannot be read: {reason}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Reach the endpoint, drive what the checks want while they are judged, and write the report."""
        if session.config.option.collectonly or session.testsfailed:
            return (yield)
        with (
            self._ending_on_errors(),
            reached(self._settings, self._observer.say) as ground,
            self._begun(session, ground) as run,
        ):
            self._running = run
            result: object = True
            try:
                result = yield
                run.wait()
                if self._under_load is not None:
                    run.put_under_load(self._under_load)
            except (KeyboardInterrupt, session.Failed):
                run.break_off()
                self._judge_what_was_driven(session)
            self.run = run.finish(self._left_out)
            return result

    def _begun(self, session: pytest.Session, ground: Ground) -> Running:
        """A run of the collected checks that apply to the dialect, and of the probes that they need."""
        by_id = {c.requirement.id: c for item in session.items if (c := item.stash.get(CHECK, None))}
        checks = [by_id[id_] for id_ in self._catalogue if id_ in by_id]
        applying = [check for check in checks if check.why_unsupported(ground.dialect) is None]
        probes = tuple({check.probe.name: check.probe for check in applying if check.probe}.values())
        wanted: list[Wanted] = [*(check.build for check in applying), *(probe.build for probe in probes)]
        known = known_to(ground, self._settings, self._catalogue, self._own)
        return Running(self._settings, ground, self._catalogue, wanted, self._observer, known, probes)

    @contextmanager
    def _ending_on_errors(self) -> Iterator[None]:
        """End pytest with the error's status, without a traceback."""
        try:
            yield
        except AsrgateError as error:
            self.error = error
            pytest.exit(str(error), returncode=error.exit_status)

    def _judge_what_was_driven(self, session: pytest.Session) -> None:
        """Judge the checks whose turn had not come; those without exchanges are inconclusive."""
        for item in session.items:
            if CHECK in item.stash and FINDING not in item.stash:
                self._judge(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Judge a check. For pytest it failed when a MUST failed; the report says more."""
        if CHECK not in pyfuncitem.stash:
            return None
        finding = self._judge(pyfuncitem)
        requirement = pyfuncitem.stash[CHECK].requirement
        if finding.verdict is Verdict.ERROR or is_failure(requirement, finding):
            pytest.fail(f"{requirement.id} {finding.verdict}: {finding.reason}", pytrace=False)
        return True

    def _judge(self, item: pytest.Item) -> Finding:
        assert self._running is not None
        check = item.stash[CHECK]
        finding = check.judged(self._running.given)
        finding = self._running.excused(finding)
        item.stash[FINDING] = finding
        self._running.found(finding)
        return finding

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Exit as every command does."""
        if self.run is not None:
            session.exitstatus = exit_status_of(self.run)


def is_failure(requirement: Requirement, finding: Finding) -> bool:
    """Whether a MUST failed."""
    return finding.verdict is Verdict.FAIL and requirement.level is Level.MUST


def _fixtures(named: Mapping[str, NamedExchange[object]]) -> ModuleType:
    """A module with a fixture of each name; pytest looks for fixtures in modules and classes only."""
    module = ModuleType("asrgate-fixtures")
    for name in named:
        setattr(module, name, pytest.fixture(scope="session", name=name)(lambda: None))
    return module
