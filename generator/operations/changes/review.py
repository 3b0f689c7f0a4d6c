"""The guards, and the rules of the workspace, between a plan and its apply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator.aws.regions import partition_of
from generator.checks.guards.consent import read_leaves, remaining, require_reasons
from generator.checks.guards.deletion.destruction import TAINTED
from generator.checks.guards.judge import findings
from generator.checks.guards.settings import read_settings
from generator.checks.guards.subject import Surroundings
from generator.checks.policies.build import build_plan
from generator.checks.policies.run import RuleVerdict, load_rules, run_rules
from generator.display import plural
from generator.errors import RefusedError, TfstencilError, UsageError
from generator.kept.bucket_shelf import history_of
from generator.refusal import ACCEPTED, Refusal, flags
from generator.terraform import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.checks.policies.build import Locate
    from generator.kept.history import History
    from generator.operations.targets.stacks import OpenStack
    from generator.operations.targets.targets import Target
    from generator.plans.plan import Plan
    from generator.terraform import Planned
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Judgement:
    """What guards and rules say of one plan.

    Attributes:
        refusals: what speaks against applying it, and was not allowed.
        allowed: what was.
        advice: what advisory rules found.
    """

    refusals: tuple[Refusal, ...] = ()
    allowed: tuple[Refusal, ...] = ()
    advice: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A plan that is to be carried out, and what guards say of it.

    Attributes:
        stack: the environment.
        planned: its plan.
        judgement: of the plan.
        verb: what would be done with it.
    """

    stack: OpenStack
    planned: Planned
    judgement: Judgement
    verb: str


class Review:
    """Judges the plans of one command.

    Args:
        workspace: with its settings and rules.
        mode: where effects would go.
        allowed: what `--allow` lets through.
        is_destroy: the command destroys.

    Raises:
        SpecError: settings or rules are wrong.
        UsageError: an `--allow` is.
    """

    def __init__(
        self, workspace: Workspace, mode: Mode, *, allowed: Sequence[str] = (), is_destroy: bool = False
    ) -> None:
        self.leaves = read_leaves(allowed)
        self.settings = read_settings(workspace)
        self._rules = load_rules(workspace)
        self._workspace = workspace
        self._mode = mode
        self._allowed = tuple(leave.consent for leave in self.leaves)
        self._is_destroy = is_destroy

    def require_one(self, targets: Sequence[Target]) -> None:
        """Refuse `--allow` for several environments at once: the same address is another resource in each.

        Raises:
            UsageError: there are several.
        """
        if self._allowed and len(targets) > 1:
            names = ", ".join(target.name for target in targets)
            raise UsageError(f"--allow speaks for one environment, and there are {names}", hint="name one of them")
        if self._mode is Mode.REAL and any(target.is_prod for target in targets):
            require_reasons(self.leaves)

    def judge(self, target: Target, plan: Plan) -> Judgement:
        """Judge the plan of an environment.

        Raises:
            UsageError: what `--allow` names is not refused.
        """
        if self._is_destroy and self._mode is Mode.SANDBOX:
            # Nothing in the sandbox is meant to stay.
            return Judgement(tuple(remaining([], self._allowed)))
        found = findings(plan, self.settings, self._surroundings(target, plan), is_destroy=self._is_destroy)
        verdict = RuleVerdict()
        locate = self._locator(target, plan) if found.refusals or self._rules else None
        if self._rules:
            facts = {
                "environment": target.name,
                "environment_class": target.environment_class,
                "account": target.account,
                "region": target.region,
                "mode": self._mode.value,
                "is_destroy": self._is_destroy,
            }
            verdict = run_rules(self._workspace, self._rules, build_plan(plan, locate, **facts))
        refusals = _located([*found.refusals, *verdict.refusals], locate)
        return Judgement(
            tuple(remaining(refusals, self._allowed)),
            tuple(refusal for refusal in refusals if refusal.consent in self._allowed),
            (*_accepted(target), *_located([*found.told, *verdict.advice], locate)),
        )

    def history(self, target: Target) -> History:
        """Return the record of what was applied to an environment, beside its state where that can be reached."""
        return history_of(self._workspace, target.name, self._mode)

    def _half_made(self, target: Target, plan: Plan) -> frozenset[str]:
        is_tainted = any(change.reason == TAINTED for change in plan.resources)
        return self.history(target).half_made() if is_tainted else frozenset()

    def _surroundings(self, target: Target, plan: Plan) -> Surroundings:
        return Surroundings(
            account=target.account,
            partition=partition_of(target.region),
            environment_class=target.environment_class,
            configuration=self._workspace.modules_out / target.name,
            spec_texts=lambda: self._spec_texts(target.name),
            half_made=self._half_made(target, plan),
        )

    def _spec_texts(self, name: str) -> frozenset[str]:
        # The model takes a fifth of a second to import, and is needed where something is named that is not ours only.
        from generator.checks.guards.spec import spec_texts  # noqa: PLC0415  # see above
        from generator.operations.inputs.assembly import Assembly  # noqa: PLC0415  # see above

        try:
            (environment,) = Assembly(self._workspace).load([name])
        except TfstencilError:
            # Its spec is gone: it names nothing.
            return frozenset()
        return spec_texts(environment.merged)

    def _locator(self, target: Target, plan: Plan) -> Locate | None:
        # What derives and renders takes a fifth of a second to import, and is needed where something is said only.
        from generator.operations.inputs.assembly import Assembly  # noqa: PLC0415  # see above
        from generator.operations.provenance.plan_origins import locator  # noqa: PLC0415  # see above

        return locator(Assembly(self._workspace), target.name, plan)

    @staticmethod
    def refused(target: Target, judgement: Judgement, command: str) -> RefusedError | None:
        """Return the error that says what is refused; None where nothing is.

        Args:
            target: the environment.
            judgement: of its plan.
            command: what to run again, with what allows it.
        """
        if not judgement.refusals:
            return None
        what = plural(len(judgement.refusals), "reason")
        named = flags(judgement.refusals, reason="the reason" if target.is_prod else "")
        return RefusedError(
            f"the plan is refused for {what}, each with the flag that allows it",
            environment=target.name,
            refusals=judgement.refusals,
            hint=f"change the spec, or agree to all of it by name: {command} {named}".rstrip(),
        )


def _accepted(target: Target) -> list[Refusal]:
    """Return the risks that the spec takes knowingly, so that whoever agrees to a plan reads of them."""
    return [
        Refusal(ACCEPTED, target.name, each.message, can_be_allowed=False, origins=(f"{each.place} ({each.key})",))
        for each in target.accepted
    ]


def _located(refusals: Sequence[Refusal], locate: Locate | None) -> list[Refusal]:
    if locate is None:
        return list(refusals)
    return [
        replace(
            refusal, origins=tuple(f"{found.place} ({found.key})" for found in locate(refusal.address, refusal.path))
        )
        if refusal.path
        else refusal
        for refusal in refusals
    ]
