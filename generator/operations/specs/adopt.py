"""Adopt: find what the names of an environment point at, write it into its spec, and show what would change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from generator.adoption.answer import answer_of, read_document
from generator.adoption.declared import addresses, short_address
from generator.adoption.importable import UNKNOWN, Importable
from generator.aws.regions import partition_of
from generator.errors import UsageError
from generator.model.loading.load import load_environment
from generator.operations.plans.plan import plan
from generator.operations.rendered.render import RenderRequest, render
from generator.operations.requests import PlanRequest
from generator.operations.targets.stacks import open_stacks
from generator.operations.targets.targets import targets_of
from generator.parts.catalog import catalog_of
from generator.readback.clients import Clients
from generator.readback.readiness import used
from generator.renaming.draft import Draft
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from generator.adoption.answer import Answer
    from generator.adoption.importable import Imports
    from generator.model.loading.load import Environment
    from generator.operations.plans.plan import PlanResult
    from generator.operations.run import Run
    from generator.operations.targets.targets import Target
    from generator.plans.plan import Plan, ResourceChange
    from generator.readback.need import Need

_KEY: Final = "adopted"


@dataclass(frozen=True, slots=True)
class AdoptRequest:
    """What is to be adopted.

    Attributes:
        environment: its name.
        mode: where what exists is looked for.
        answer: file with the answer of `batch-get-projects`, which is believed in place of AWS.
        done: take out what every state has by now.
    """

    environment: str
    mode: Mode
    answer: Path | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class AdoptResult:
    """What was found.

    Attributes:
        target: the environment.
        mode: where it was looked for.
        found: what was written into the spec: identifiers by address.
        absent: addresses of what would be made, since there is none.
        passed_over: addresses of what is not looked for, each with the reason.
        removed: addresses that were taken out of the spec, since the state has them.
        waiting: addresses that the state does not have yet.
        planned: the plan with what was found; None where nothing could be planned.
        unmet: what the spec uses, which is not there or does not let the stack in; None where nobody was asked.
    """

    target: Target
    mode: Mode
    found: Mapping[str, str] = field(default_factory=dict)
    absent: Sequence[str] = ()
    passed_over: Mapping[str, str] = field(default_factory=dict)
    removed: Sequence[str] = ()
    waiting: Sequence[str] = ()
    planned: PlanResult | None = None
    unmet: Sequence[Need] | None = None


def adopt(run: Run, request: AdoptRequest) -> AdoptResult:
    """Look for what an environment would make, and take over what there is.

    Nothing is changed but the spec and what is rendered from it.

    Args:
        run: the call.
        request: what, and where.

    Raises:
        TfstencilError: a spec is wrong, modules are stale, a plan fails, or AWS does not answer.
    """
    (target,) = targets_of(run.workspace, [request.environment])
    if request.done:
        return _take_out(run, target, request.mode)
    answer = answer_of(read_document(request.answer), request.answer) if request.answer else None
    mode = Mode.OFFLINE if answer else request.mode
    first = _planned(run, request.environment, mode)
    clients = answer or _clients(run, target, request.mode)
    environment = load_environment(run.workspace, target.name)
    spec = environment.spec
    looked = _Search(target, first.plans.made[target.name].plan, clients, catalog_of(spec).imports)
    found, absent, passed = looked.everything(spec.adopted)
    if found:
        _write(run, target.name, found)
    last = None if answer else _planned(run, target.name, mode) if found else first
    unmet = _unmet(clients.endpoint, environment) if isinstance(clients, Clients) else None
    return AdoptResult(target, request.mode, found, absent, passed, planned=last, unmet=unmet)


def _unmet(endpoint: str | None, environment: Environment) -> list[Need]:
    return [each for each in used(endpoint, environment) if each.state != "ready"]


def _planned(run: Run, name: str, mode: Mode) -> PlanResult:
    result = plan(run, PlanRequest((name,), mode))
    for error in result.plans.failures.values():
        raise error
    return result


def _clients(run: Run, target: Target, mode: Mode) -> Clients:
    (stack,) = open_stacks(run, [target], mode)
    return Clients(target.region, target.account, stack.endpoint or None, target.credentials[0])


def _write(run: Run, name: str, found: Mapping[str, str]) -> None:
    """Write what was found into the environment's own spec, and render it."""
    path, draft = run.workspace.spec_path(name), Draft(run.workspace)
    edits = draft.edits(path)
    for address, identifier in found.items():
        edits = edits.with_key((_KEY, address), identifier)
    draft.keep(path, edits)
    draft.load([name])
    draft.write()
    render(run, RenderRequest((name,)))


def _take_out(run: Run, target: Target, mode: Mode) -> AdoptResult:
    """Take out of the spec what the state has."""
    adopted = load_environment(run.workspace, target.name).spec.adopted
    (stack,) = open_stacks(run, [target], mode)
    known = set(addresses(stack.runner.state()))
    removed = [address for address in adopted if address in known]
    path, draft = run.workspace.spec_path(target.name), Draft(run.workspace)
    for address in removed:
        edits = draft.edits(path)
        if not edits.has((_KEY, address)):
            message = f"{address} stands in a base of {target.name}"
            raise UsageError(message, hint="take it out there, once the states of all environments have it")
        draft.keep(path, edits.without((_KEY, address)))
    if removed:
        draft.load([target.name])
        draft.write()
        render(run, RenderRequest((target.name,)))
    return AdoptResult(target, mode, removed=removed, waiting=[each for each in adopted if each not in known])


class _Search:
    """Looks for what a plan would make.

    Args:
        target: the environment.
        plan: of it.
        clients: ask AWS, the sandbox, or a kept answer.
        rows: how what exists is looked for, by type.
    """

    def __init__(self, target: Target, plan: Plan, clients: Clients | Answer, rows: Imports) -> None:
        self._plan = plan
        self._rows = rows
        self._clients = clients
        partition = partition_of(target.region)
        self._place = {"account": target.account, "region": target.region, "partition": partition}
        self._identifiers: dict[str, str | None] = {}

    def everything(self, known: Mapping[str, str]) -> tuple[dict[str, str], list[str], dict[str, str]]:
        """Return what was found, what is absent, and what is passed over; what is adopted already is left out."""
        found: dict[str, str] = {}
        absent: list[str] = []
        passed: dict[str, str] = {}
        for change in self._plan.resources:
            address = short_address(change.module.removeprefix("module."), f"{change.type}.{change.name}", change.index)
            if change.mode != "managed" or change.actions != ("create",) or address in known:
                continue
            row = self._rows.get(change.type, UNKNOWN)
            if isinstance(row, str):
                passed[address] = row
            elif unknown := self._not_its_own(row, change):
                passed[address] = f"what finds it names {', '.join(unknown)}, and it has no such attribute"
            elif identifier := self._identifier(change):
                found[address] = identifier
            else:
                absent.append(address)
        return found, absent, passed

    def _not_its_own(self, row: Importable, change: ResourceChange) -> list[str]:
        """Return the attributes that a row needs and a resource does not have."""
        has = {*self._place, *(change.after or {}), *change.after_unknown}
        return [] if row.find is not None else sorted(row.needs - has)

    def _identifier(self, change: ResourceChange) -> str | None:
        if change.address not in self._identifiers:
            self._identifiers[change.address] = None
            row = self._rows.get(change.type)
            if not isinstance(row, Importable):
                return None
            values = self._values(change)
            if row.find is not None or all(values.get(name) is not None for name in row.needs):
                self._identifiers[change.address] = row.look(self._clients, _Known(values))  # type: ignore[arg-type]  # an answer is asked alike
        return self._identifiers[change.address]

    def _values(self, change: ResourceChange) -> dict[str, Any]:
        """Return the attributes of a resource; one that is not known is the identifier of what it refers to."""
        values = {**self._place, **(change.after or {})}
        for name, expression in self._expressions(change).items():
            if values.get(name) is None and isinstance(expression, dict):
                for reference in expression.get("references") or ():
                    other = self._referred(change, reference)
                    if other is not None and (identifier := self._identifier(other)):
                        values[name] = identifier
                        break
        if change.type == "aws_kms_key":
            aliases = [
                each.after or {}
                for each in self._plan.resources
                if each.type == "aws_kms_alias" and each.module == change.module
            ]
            values["alias"] = next((each.get("name") for each in aliases), None)
        return values

    def _expressions(self, change: ResourceChange) -> Mapping[str, Any]:
        node = (self._plan.raw.get("configuration") or {}).get("root_module") or {}
        for module in change.module.split(".")[1::2]:
            node = ((node.get("module_calls") or {}).get(module) or {}).get("module") or {}
        for resource in node.get("resources") or ():
            if (resource["type"], resource["name"]) == (change.type, change.name):
                return resource.get("expressions") or {}
        return {}

    def _referred(self, change: ResourceChange, reference: str) -> ResourceChange | None:
        kind, _, rest = reference.partition(".")
        name = rest.partition(".")[0].partition("[")[0]
        same = [
            each for each in self._plan.resources if (each.module, each.type, each.name) == (change.module, kind, name)
        ]
        return next((each for each in same if each.index in (None, change.index)), None)


class _Known(dict[str, Any]):
    """Attributes; one that is not known is no text to look for."""

    def __missing__(self, key: str) -> None:
        return None
