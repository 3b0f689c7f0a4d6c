"""From the results of operations to the document: what was planned, with everything that the workspace knows of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from generator.errors import TfstencilError
from generator.explain.comparison import compare
from generator.explain.explain import explain
from generator.operations.inputs.assembly import Assembly
from generator.parts.framework.stack import derive
from generator.redaction import Redactor
from generator.reports.graph.fleet import fleet_drawing
from generator.reports.graph.stack import stack_drawing
from generator.reports.graph.svg import svg
from generator.reports.plan.assembly import Knowledge, Planned, document
from generator.reports.plan.document import Environment, Verdict
from generator.reports.plan.drifts import Looked, drift_document
from generator.reports.plan.formats.html import html
from generator.reports.plan.places import Places, Templates
from generator.reports.plan.verdicts import outcome_words
from generator.rollout.durations import Durations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.model.loading import load as specs
    from generator.operations.changes.review import Judgement, Reviewed
    from generator.operations.changes.run_result import RunResult
    from generator.operations.checks.drift import DriftResult
    from generator.operations.plans.plan import PlanResult
    from generator.operations.targets.targets import Target
    from generator.plans.plan import Plan
    from generator.reports.plan.document import Document
    from generator.terraform import Planned as PlannedByTerraform
    from generator.workspace import Workspace

# They differ between any two environments, and specs are compared without them.
_OWN: Final = frozenset({"account", "region", "description"})
# To explain a spec takes a moment, and nobody reads more reasons than these.
_EXPLAINED: Final = 24
_ACTIONS: Final = ("replace", "delete", "create", "update")


class PlanDocuments:
    """Makes documents of one workspace.

    Args:
        workspace: where specs, templates and modules lie.
        is_detailed: look up where new resources come from, too: a terminal does not show it.
        redactor: takes what is secret out of a text; it learns the addresses of resources, which are none.
    """

    def __init__(self, workspace: Workspace, *, is_detailed: bool = False, redactor: Redactor | None = None) -> None:
        self._redactor = redactor or Redactor({})
        self._workspace = workspace
        self._assembly = Assembly(workspace)
        self._is_detailed = is_detailed
        self._loaded: dict[str, specs.Environment | None] = {}
        self._explained = 0
        self._places: dict[str, Places | None] = {}

    def of_result(self, result: PlanResult) -> Document:
        """Make the document of `plan`."""
        made, failures, cached = result.plans.made, result.plans.failures, result.plans.cached
        at = result.plans.refreshed_at
        planned = [
            self._planned(
                self._about(result.targets[name], note="cached" if name in cached else ""),
                each,
                result.judgements[name],
            )
            for name, each in made.items()
        ]
        for name, error in failures.items():
            planned.append(Planned(self._about(result.targets[name], error=str(error))))
        found = document(planned, self._knowledge(made, result.mode.value), mode=result.mode.value)
        return _dated(found, {name: when.isoformat() for name, when in at.items()})

    def of_reviewed(self, reviewed: Sequence[Reviewed]) -> Document:
        """Make the document of plans that are to be carried out."""
        first = reviewed[0]
        planned = [self._planned(self._about(each.stack.target), each.planned, each.judgement) for each in reviewed]
        mode = first.stack.runner.mode.value
        knowledge = self._knowledge({each.stack.name: each.planned for each in reviewed}, mode)
        return document(planned, knowledge, mode=mode, verb=first.verb)

    def of_run(self, reviewed: Sequence[Reviewed], result: RunResult) -> Document:
        """Make the document of a run: the plans that were shown, and what became of them."""
        shown = {each.stack.name: each for each in reviewed}
        planned: list[Planned] = []
        for outcome in result.outcomes:
            each = shown.get(outcome.name)
            about = replace(self._about(result.targets[outcome.name]), outcome=outcome_words(outcome))
            if each is None:
                planned.append(Planned(replace(about, error=str(outcome.error or about.outcome))))
            else:
                planned.append(self._planned(about, each.planned, each.judgement))
        mode = result.mode.value
        knowledge = self._knowledge({name: each.planned for name, each in shown.items()}, mode)
        return document(planned, knowledge, mode=mode, verb=result.verb)

    def of_drift(self, result: DriftResult) -> Document:
        """Make the document of `drift`."""
        mode = result.stacks[0].runner.mode.value
        found = [self._looked(result, stack.target) for stack in result.stacks]
        return drift_document(found, self._knowledge(result.code, mode), mode=mode)

    def _looked(self, result: DriftResult, target: Target) -> Looked:
        name = target.name
        if name not in result.drifts:
            return Looked(self._about(target, error=str(result.failures[name])))
        refreshed, code = result.refreshed[name], result.code[name]
        every = (*refreshed.diagnostics, *code.diagnostics)
        return Looked(
            self._about(target),
            result.drifts[name],
            refreshed.plan,
            code.plan,
            self._workspace.modules_out / name,
            tuple(dict.fromkeys(str(item) for item in every if not item.is_error)),
            refreshed.seconds + code.seconds,
        )

    def page(self, made: Document) -> str:
        """Write a document as a page, with drawings of its stacks."""
        drawn: dict[str, str] = {}
        for group in made.groups:
            spec = self._spec(group.names[0])
            if spec is not None:
                drawn[group.names[0]] = svg(stack_drawing(spec), _changed(made.environment(group.names[0])))
        every = [spec for each in made.environments if (spec := self._spec(each.name)) is not None]
        return html(made, drawn, svg(fleet_drawing(every)) if len(every) > 1 else "")

    def _about(self, target: Target, *, note: str = "", error: str = "") -> Environment:
        workspace = self._workspace
        folder = workspace.relative(workspace.modules_out / target.name)
        spec = workspace.relative(workspace.environments / f"{target.name}.yaml")
        return Environment(
            target.name,
            target.stack or target.name,
            target.environment_class,
            target.account,
            target.region,
            Verdict.NOTHING,
            files=(spec, folder),
            note=note,
            error=error,
        )

    def _planned(self, about: Environment, planned: PlannedByTerraform, judgement: Judgement) -> Planned:
        warnings = dict.fromkeys(str(item) for item in planned.diagnostics if not item.is_error)
        return Planned(
            about,
            planned.plan,
            planned.has_changes,
            judgement.refusals,
            judgement.allowed,
            judgement.advice,
            self._workspace.modules_out / about.name,
            tuple(warnings),
            planned.seconds,
        )

    def _knowledge(self, made: Mapping[str, PlannedByTerraform], mode: str) -> Knowledge:
        plans = [each.plan for each in made.values()]
        self._redactor.spare(each.address for plan in plans for each in (*plan.resources, *plan.drift))
        return Knowledge(
            lambda name: self.places(name, made[name].plan),
            self._because,
            Durations(self._workspace, f"{mode} resources").known(),
            self._is_detailed,
            self._redactor.clean,
        )

    @cached_property
    def _templates(self) -> Templates:
        return Templates(self._assembly.engine)

    def _spec(self, name: str) -> specs.Environment | None:
        """Return the spec of an environment; None where it is gone, as after a removal."""
        if name not in self._loaded:
            try:
                (self._loaded[name],) = self._assembly.load([name], alone=True)
            except TfstencilError:
                self._loaded[name] = None
        return self._loaded[name]

    def places(self, name: str, plan: Plan) -> Places | None:
        """Return what finds the places of an environment; None where its spec is gone."""
        if name not in self._places:
            self._places[name] = self._places_of(name, plan)
        return self._places[name]

    def _places_of(self, name: str, plan: Plan) -> Places | None:
        spec = self._spec(name)
        if spec is None:
            return None
        folder = self._workspace.modules_out / name
        shown = self._workspace.relative(folder)
        configuration = plan.raw.get("configuration") or {}
        try:
            return Places(self._templates, derive(spec), spec.merged, folder, shown, configuration)
        except TfstencilError:
            return None

    def _because(self, left: str, right: str) -> Sequence[str]:
        one, other = self._spec(left), self._spec(right)
        self._explained += 1
        if one is None or other is None or self._explained > _EXPLAINED:
            return ()
        differences = compare(explain(self._workspace, one), explain(self._workspace, other))
        return [item.key for item in differences if not item.follows and item.section not in _OWN]


def _changed(environment: Environment) -> dict[str, str]:
    """Say what happens to each module: the gravest action in it; nothing where all of it is new."""
    if environment.is_first:
        return {}
    found: dict[str, str] = {}
    for change in environment.changes:
        module = change.module.removeprefix("module.")
        known = found.get(module)
        if change.action in _ACTIONS and (known is None or _ACTIONS.index(change.action) < _ACTIONS.index(known)):
            found[module] = change.action
    return found


def _dated(made: Document, dates: Mapping[str, str]) -> Document:
    environments = tuple(
        replace(each, refreshed_at=dates[each.name]) if each.name in dates else each for each in made.environments
    )
    return replace(made, environments=environments)
