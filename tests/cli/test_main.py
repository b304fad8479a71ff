"""The group: quick to start, options from a file or the environment, errors in one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asrgate import __version__
from asrgate.cli import COMMANDS, main


@pytest.fixture
def asrgate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "type[Runner]":
    """Run commands in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Runner


class Runner:
    """Runs one command."""

    @staticmethod
    def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
        """Run it."""
        return CliRunner().invoke(main, arguments, env=env)


def test_help_names_every_command() -> None:
    """`asrgate --help` lists them in the order in which a newcomer needs them."""
    result = CliRunner().invoke(main, ["--help"])
    listed = [
        line.split()[0] for line in result.output.partition("Commands:")[2].splitlines() if line[2:3].strip()
    ]
    assert listed == list(COMMANDS)


def test_every_command_can_be_imported() -> None:
    """Each is a click command of its name, with a sentence of its own."""
    for name in COMMANDS:
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0, result.output
        assert f"Usage: main {name}" in result.output


def test_help_imports_nothing_heavy() -> None:
    """Starting up takes no longer than click does."""
    script = (
        "import sys\nfrom click.testing import CliRunner\nfrom asrgate.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "heavy = {'numpy', 'pydantic', 'pytest', 'websockets', 'rich', 'onnxruntime'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_version() -> None:
    """`--version` says name and version."""
    assert CliRunner().invoke(main, ["--version"]).output == f"asrgate {__version__}\n"


def test_unknown_command_is_wrong_use(asrgate: type[Runner]) -> None:
    """Exit status 2."""
    assert asrgate.run("judgement").exit_code == 2


def test_error_is_one_sentence(asrgate: type[Runner]) -> None:
    """What went wrong goes to standard error, with the error's status."""
    result = asrgate.run("check", "http://127.0.0.1")
    assert result.exit_code == 2
    assert result.stderr.startswith(
        "asrgate: endpoint 'http://127.0.0.1' is not a WebSocket URL: expected ws://"
    )
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_file_sets_options(asrgate: type[Runner], tmp_path: Path) -> None:
    """The table of a command in asrgate.toml gives its defaults, the command line wins."""
    (tmp_path / "asrgate.toml").write_text('[fixtures.list]\ntag = "clicks"\n')
    assert "1 clip" in asrgate.run("fixtures", "list").output
    assert (
        asrgate.run("fixtures", "list", "--tag", "nothing").output != asrgate.run("fixtures", "list").output
    )


def test_environment_sets_options(asrgate: type[Runner]) -> None:
    """ASRGATE_ and the option's name."""
    result = asrgate.run("check", env={"ASRGATE_STREAMS": "none"})
    assert result.exit_code == 2
    assert "'--streams'" in result.output
    assert "'http://nowhere'" in asrgate.run("check", env={"ASRGATE_ENDPOINT": "http://nowhere"}).stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[check]\nstrems = 2\n", "asrgate.toml: [check] strems: no such option; expected one of "),
        ("[check]\nstreams = 0\n", "asrgate.toml: [check] streams = 0: 0 is not in the range 1<=x<=64."),
        ("[check]\ninsecure = 'yes'\n", "asrgate.toml: [check] insecure = 'yes': expected true or false"),
        ("[check]\nlevel = 'may be'\n", "asrgate.toml: [check] level = 'may be': 'may be' is not one of "),
        (
            "[chek]\nstreams = 2\n",
            "asrgate.toml: [chek]: expected the table of a command, one of [validate], ",
        ),
        ("streams = 2\n", "asrgate.toml: streams = 2: expected the table of a command, one of [validate], "),
        ("[check\n", "asrgate.toml: not TOML: "),
        ("[fixtures.lst]\n", "asrgate.toml: [fixtures] lst: expected a table, one of [fixtures."),
    ],
)
def test_wrong_file_is_told_by_file_and_key(
    asrgate: type[Runner], tmp_path: Path, content: str, sentence: str
) -> None:
    """One sentence with file, key, what came and what is expected: exit status 2."""
    (tmp_path / "asrgate.toml").write_text(content)
    command = ("fixtures", "list") if "fixtures" in content else ("check", "ws://127.0.0.1:1")
    result = asrgate.run(*command)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"asrgate: {sentence}")


def test_named_file_must_exist(asrgate: type[Runner]) -> None:
    """`--config` with a file that is not there is wrong use."""
    result = asrgate.run("--config", "other.toml", "check")
    assert (result.exit_code, result.stderr) == (
        2,
        "asrgate: --config other.toml: No such file or directory\n",
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["check", "--streams", "none"],
            "'--streams': 'none' is not a whole number; see `main check --help`",
        ),
        (["check", "--timeout", "0"], "'--timeout': 0.0 is not in the range"),
        (["check", "--dialct", "x"], "No such option '--dialct'"),
        (["chek"], "No such command 'chek'"),
        (["fixtures", "lst"], "No such command 'lst'"),
        (["--colour"], "No such option '--colour'"),
    ],
)
def test_wrong_use_is_told_in_one_line(asrgate: type[Runner], arguments: list[str], told: str) -> None:
    """What is wrong and where to read on: exit status 2, on standard error."""
    result = asrgate.run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert told in result.stderr


def test_no_command_at_all_shows_the_commands(asrgate: type[Runner]) -> None:
    """A newcomer types the name alone."""
    result = asrgate.run()
    assert "validate" in result.output
    assert "asrgate: Usage" not in result.output
