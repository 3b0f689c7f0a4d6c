"""Security group rules in the sandbox: one for a prefix list or another group has a description too."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any, Final

from moto.ec2.models.security_groups import SecurityGroupRule

from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

_DESCRIPTION: Final = "sandbox_description"


def install() -> None:
    """Keep descriptions from here on."""
    wrap(SecurityGroupRule, "__init__", _init)
    SecurityGroupRule.description = property(_description)  # type: ignore[assignment,method-assign]  # in place of moto's


def _init(otherwise: Callable[..., None]) -> Callable[..., None]:
    known = signature(otherwise)

    def __init__(rule: SecurityGroupRule, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401, N807  # moto's arguments, Python's name
        given = known.bind(rule, *arguments, **settings).arguments
        targets = [given.get(name) or {} for name in ("source_group", "prefix_list_id")]
        rule.__dict__[_DESCRIPTION] = next((found for target in targets if (found := target.get("Description"))), None)
        if given.get("source_group"):
            # Rules are compared by their group, which has no description of its own.
            given["source_group"] = {key: value for key, value in targets[0].items() if key != "Description"}
        del given["self"]
        otherwise(rule, **given)

    return __init__


def _description(rule: SecurityGroupRule) -> str | None:
    return rule.ip_range.get("Description") or rule.__dict__.get(_DESCRIPTION)
