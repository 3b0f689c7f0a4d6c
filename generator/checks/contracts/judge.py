"""What came of checking a plan against its contract, each mismatch with its origin in the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.checks.contracts.check import Mismatch, check
from generator.checks.contracts.contract import SECTIONS
from generator.plans.planned import planned_stack
from generator.provenance.plan_attributes import AttributeOrigins

if TYPE_CHECKING:
    from generator.assembled import Assembled
    from generator.checks.contracts.contract import Contract
    from generator.language.nodes import Node
    from generator.plans.plan import Plan
    from generator.provenance.context_keys import SpecOrigin
    from generator.rendering.engine import TemplateEngine


@dataclass(frozen=True, slots=True)
class ContractVerdict:
    """What came of one environment.

    Attributes:
        contract: what was checked.
        mismatches: what does not hold, each with where the spec says it.
        expectations: how many single values the contract names.
    """

    contract: Contract
    mismatches: tuple[tuple[Mismatch, tuple[SpecOrigin, ...]], ...]
    expectations: int


def judge(contract: Contract, prepared: Assembled, engine: TemplateEngine, plan: Plan) -> ContractVerdict:
    """Check a plan against a contract, and trace what does not hold back to the spec.

    Args:
        contract: of the environment.
        prepared: the environment.
        engine: the templates that it was rendered with.
        plan: of the environment.
    """
    found = check(contract, planned_stack(plan))
    origins = AttributeOrigins(
        engine,
        prepared.stack,
        prepared.environment.merged,
        prepared.files,
        plan.raw.get("configuration") or {},
    )
    traced = tuple((mismatch, tuple(origins.of(_address(mismatch), mismatch.path))) for mismatch in found)
    sections = [node for name in SECTIONS if (node := _section(contract, name))]
    return ContractVerdict(contract, traced, sum(map(_leaves, sections)))


def _address(mismatch: Mismatch) -> str:
    if mismatch.section == "absent":
        return str(mismatch.got[0])
    return mismatch.address


def _section(contract: Contract, name: str) -> Node | None:
    value = contract.root.value
    return value.get(name) if isinstance(value, dict) else None


def _leaves(node: Node) -> int:
    value = node.value
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    if isinstance(value, list):
        return sum(map(_leaves, value))
    return 1
