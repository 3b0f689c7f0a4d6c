"""Plans of several machines as one document; what a shard owes and did not leave stands in it as failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.display import plural
from generator.reports.plan.assembly import assembled
from generator.reports.plan.document import Document, Environment, Verdict
from generator.reports.plan.formats.as_json import VERSION, as_data
from generator.reports.plan.formats.terminal import Terminal
from generator.reports.plan.reading import from_data
from generator.reports.report import Message, Report, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.operations.plans.shards import Shard

_UNREADABLE: Final = "left a result that this version of tfstencil cannot read"


@dataclass(frozen=True, slots=True)
class Merged:
    """What all shards came to.

    Attributes:
        document: of all environments.
        failures: why there is no plan, by environment.
        lost: what became of a shard without a result, one sentence each.
    """

    document: Document
    failures: Mapping[str, str]
    lost: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every environment has a plan."""
        return not self.failures

    @property
    def is_refused(self) -> bool:
        """Whether a guard or a rule speaks against one of them."""
        return any(each.refusals for each in self.document.environments)


def merged(shards: Sequence[Shard]) -> Merged:
    """Join what shards left.

    Args:
        shards: all that there should be.
    """
    documents: list[Document] = []
    failures: dict[str, str] = {}
    lost: list[str] = []
    for shard in shards:
        found, reason = _document(shard)
        planned = {each.name for each in found.environments} if found else set()
        if found:
            documents.append(found)
        if reason:
            lost.append(f"shard {shard.title} {reason}")
        told = (shard.document or {}).get("failures")
        told = told if isinstance(told, dict) else {}
        for name in shard.names:
            if name not in planned:
                failures[name] = str(told.get(name) or f"shard {shard.title} {reason or 'left no plan of it'}")
    modes = sorted({each.mode for each in documents})
    environments = [each for found in documents for each in found.environments]
    environments += [_failed(name, error) for name, error in sorted(failures.items())]
    groups = tuple(group for found in documents for group in found.groups)
    document = assembled(environments, groups, mode=" and ".join(modes) or "real", verb="plan")
    return Merged(document, failures, tuple(lost))


def _document(shard: Shard) -> tuple[Document | None, str]:
    """Return what a shard left, and what is wrong with it."""
    data = shard.document
    if data is None:
        return None, shard.missing
    if "environments" not in data:
        return None, _why(data)
    found = _read(data)
    if found is None:
        return None, _UNREADABLE
    if extra := sorted({each.name for each in found.environments} - set(shard.names)):
        return None, f"planned {', '.join(extra)}, which it was not asked for"
    return found, ""


def _read(data: Mapping[str, Any]) -> Document | None:
    """Read a document that another version may have written, or nobody of ours; None where it is not whole."""
    if data.get("version") != VERSION or data.get("verb") != "plan":
        return None
    try:
        found = from_data(data)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    names = {each.name for each in found.environments}
    return found if all(group.names and names.issuperset(group.names) for group in found.groups) else None


def _why(data: Mapping[str, Any]) -> str:
    """Say why a shard ended without plans, as its own document tells it."""
    error, problems = data.get("error"), data.get("problems")
    if isinstance(error, dict) and error.get("message"):
        return f"failed: {error['message']}"
    if isinstance(problems, list) and problems:
        return f"failed: {plural(len(problems), 'problem')} in specs"
    return _UNREADABLE


def _failed(name: str, error: str) -> Environment:
    return Environment(name, name, "", "", "", Verdict.FAILED, error=error)


def merged_report(result: Merged, *, columns: int, verbose: bool) -> Report:
    """Show what all shards came to.

    Args:
        result: of all shards.
        columns: of the terminal.
        verbose: leave nothing out.
    """
    data = as_data(result.document) | ({"failures": dict(result.failures)} if result.failures else {})
    return Report(data | {"lost": list(result.lost)}, _messages(result, columns=columns, verbose=verbose))


def _messages(result: Merged, *, columns: int, verbose: bool) -> Iterator[Message]:
    yield from shown(Terminal(columns, verbose=verbose).lines(result.document))
    for name, error in sorted(result.failures.items()):
        yield Message("error", f"{name}: {error}")
    if not result.document.environments:
        yield Message("done", "no environment is affected, so there was nothing to plan")
