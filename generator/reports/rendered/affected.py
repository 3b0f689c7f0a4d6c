"""What a change concerns, in words, as data, and as the matrix of an engine."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from generator.display import plural, visible
from generator.reports.report import Message, Report
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.operations.rendered.affected import Affected, AffectedResult, Because

Output = Literal["text", "names", "github"]
_SHOWN = 5


def affected_report(
    result: AffectedResult,
    output: Output,
    jobs: Sequence[Sequence[str]] = (),
    classes: Mapping[str, Sequence[str]] = MappingProxyType({}),
    *,
    verbose: bool = False,
) -> Report:
    """Report what a change concerns.

    Args:
        result: what was found.
        output: text for a person; names, one per line; or lines for `$GITHUB_OUTPUT`: `matrix=…`, `count=…`, and the
            names of each class.
        jobs: environments of each job of the matrix.
        classes: environments of each class.
        verbose: every reason, not the first few.
    """
    return Report(_document(result), _parts(result, output, jobs, classes, verbose=verbose))


def _parts(
    result: AffectedResult,
    output: Output,
    jobs: Sequence[Sequence[str]],
    classes: Mapping[str, Sequence[str]],
    *,
    verbose: bool,
) -> Iterator[Message]:
    for warning in result.warnings:
        yield Message("warn", warning)
    base = f"since {result.base.commit[:12]} ({result.base.reason})"
    yield Message("note", f"{plural(len(result.environments), 'environment')} affected {base}")
    if output == "github":
        yield Message("raw", f"matrix={json.dumps(_matrix(jobs))}")
        yield Message("raw", f"count={len(result.names)}")
        for title, names in classes.items():
            yield Message("raw", f"{title}={' '.join(names)}")
    elif output == "names":
        for name in result.names:
            yield Message("show", name)
    else:
        for environment in result.environments:
            yield from _environment(environment, verbose=verbose)


def _matrix(jobs: Sequence[Sequence[str]]) -> dict[str, object]:
    """Return a matrix of GitHub: one job per shard, with the names that it works on."""
    of = len(jobs)
    return {
        "include": [{"shard": f"{number}/{of}", "environments": " ".join(job)} for number, job in enumerate(jobs, 1)]
    }


def _environment(environment: Affected, *, verbose: bool) -> Iterator[Message]:
    yield Message("show", f"{styled(environment.name, bold=True)}  {environment.kind}")
    if environment.kind == "deleted":
        yield Message("show", f"  its spec is gone: tfstencil destroy {environment.name} destroys what was applied")
    shown = environment.because if verbose else environment.because[:_SHOWN]
    for because in shown:
        yield Message("show", f"  {visible(_what(because))}")
        for line in _behind(because):
            yield Message("show", f"    {styled(visible(line), color='cyan')}")
    if rest := len(environment.because) - len(shown):
        yield Message("show", f"  and {rest} more (-v shows them)")


def _what(because: Because) -> str:
    difference = because.difference
    if difference is None:
        return f"{', '.join(because.files)} judges its plan"
    place = f"{difference.file}:{difference.line}" if difference.line else difference.file
    name = " ".join(part for part in (difference.address, difference.path) if part) or "the file"
    if not difference.before:
        return f"{place}  + {name}" + (f" = {difference.after}" if difference.path else "")
    if not difference.after:
        return f"{place}  - {name}" + (f" = {difference.before}" if difference.path else "")
    return f"{place}  {name}: {difference.before} → {difference.after}"


def _behind(because: Because) -> list[str]:
    if because.places:
        return [f"{place} {key}" for place, key in because.places]
    if because.template:
        return [f"{because.template.file}:{because.template.line}"]
    return list(because.files) if because.difference else []


def _document(result: AffectedResult) -> dict[str, object]:
    return {
        "ok": True,
        "base": {"commit": result.base.commit, "reason": result.base.reason},
        "affected": result.names,
        "unaffected": result.unaffected,
        "environments": [
            {"name": each.name, "change": each.kind, "because": [_data(because) for because in each.because]}
            for each in result.environments
        ],
        "warnings": list(result.warnings),
    }


def _data(because: Because) -> dict[str, object]:
    difference, template = because.difference, because.template
    return {
        "file": difference.file if difference else None,
        "line": difference.line or None if difference else None,
        "address": difference.address if difference else "",
        "path": difference.path if difference else "",
        "before": difference.before if difference else "",
        "after": difference.after if difference else "",
        "changed_files": list(because.files),
        "spec": [
            {"file": place.file, "line": place.line, "column": place.column, "key": key}
            for place, key in because.places
        ],
        "template": {"file": template.file, "line": template.line} if template else None,
    }
