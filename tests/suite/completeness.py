"""Whether the catalogue and the checks are one list."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

from asrgate.suite.locations import conformance_directory


def checked_requirements() -> list[str]:
    """The requirement of every `@check` in conformance/."""
    return [
        id_
        for file in sorted(conformance_directory().glob("test_*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        for id_ in _checks(node)
    ]


def declared_exchanges() -> list[str]:
    """The name of every `@exchange` in conformance/exchanges/."""
    return [
        node.name
        for file in sorted((conformance_directory() / "exchanges").glob("*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(mark, ast.Name) and mark.id == "exchange" for mark in node.decorator_list)
    ]


def differences(catalogue: Iterable[str], checked: Iterable[str]) -> list[str]:
    """One sentence for each requirement that is not checked exactly once."""
    known, times = set(catalogue), Counter(checked)
    return [
        *(f"{id_} has no check" for id_ in sorted(known - set(times))),
        *(f"{id_} is checked but not in the catalogue" for id_ in sorted(set(times) - known)),
        *(f"{id_} is checked {n} times" for id_, n in sorted(times.items()) if n > 1),
    ]


def _checks(function: ast.FunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Name(id="check"), args=[ast.Constant(value=str(id_))]):
                yield id_
