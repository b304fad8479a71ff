"""The files of load/deploy/ are well formed, and what they run exists."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import yaml

from asrgate.cli import main
from asrgate.load.objectives import read_objectives

DEPLOY = Path(__file__).parents[2] / "load" / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
OLDEST, NEWEST = "1.30", kubernetes_validate.latest_version()


def documents() -> Iterator[dict[str, Any]]:
    """Every Kubernetes object."""
    for path in MANIFESTS:
        yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def test_the_compose_file_follows_its_specification() -> None:
    """Against the schema that check-jsonschema carries."""
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        str(COMPOSE),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_the_manifests_are_what_kubernetes_takes(version: str) -> None:
    """Strictly: a field that the version does not know is an error."""
    kinds = []
    for document in documents():
        kubernetes_validate.validate(document, version, strict=True)
        kinds.append(document["kind"])
    assert sorted(kinds) == ["ConfigMap", "Deployment", "Job", "PersistentVolumeClaim", "Service"]


def test_the_dockerfile_passes_its_linter() -> None:
    """With no rule switched off."""
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_gets_what_the_wheel_is_made_of() -> None:
    """All that pyproject.toml takes from the checkout is sent to the builder."""
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    project = (DEPLOY.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    table = re.search(r"force-include\]\n(.*?)\n\n", project, re.DOTALL)
    assert table is not None
    for path in re.findall(r'^"([^"]+)"', table[1], re.MULTILINE):
        assert any(path == line[1:] or path.startswith(f"{line[1:]}/") for line in sent), path


def test_workers_are_as_many_as_the_command_expects() -> None:
    """In the manifests as they are; the compose file takes both from one variable."""
    objects = {document["kind"]: document for document in documents()}
    arguments = objects["Job"]["spec"]["template"]["spec"]["containers"][0]["args"]
    assert f"--workers={objects['Deployment']['spec']['replicas']}" in arguments
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    assert f"--workers={services['worker']['deploy']['replicas']}" in services["load"]["command"]


def test_the_objectives_can_be_read(tmp_path: Path) -> None:
    """As the command reads them."""
    (config,) = (document for document in documents() if document["kind"] == "ConfigMap")
    file = tmp_path / "objectives.toml"
    file.write_text(config["data"]["objectives.toml"], encoding="utf-8")
    assert len(read_objectives(file)) == 4


def commands() -> Iterator[Any]:
    """What the containers run."""
    for service in yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"].values():
        yield [re.sub(r"\$\{\w+:?[-?]([^}]*)\}", r"\1", word) for word in service["command"]]
    for document in documents():
        if "template" in document.get("spec", {}):
            for container in document["spec"]["template"]["spec"]["containers"]:
                yield container["args"]


@pytest.mark.parametrize("arguments", list(commands()), ids=lambda arguments: arguments[0])
def test_what_containers_run_exists(arguments: list[str]) -> None:
    """Commands and options are asrgate's."""
    name, *rest = arguments
    context = click.Context(main, info_name="asrgate")
    command = main.get_command(context, name)
    assert command is not None
    command.make_parser(click.Context(command, parent=context, info_name=name)).parse_args(rest)
