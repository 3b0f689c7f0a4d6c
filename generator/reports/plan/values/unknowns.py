"""What an unknown value will be, in words: `ARN of module.encryption.aws_kms_key.this`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from generator.checks.guards.rendered.expressions import Expressions
    from generator.checks.guards.rendered.traversal import Target
    from generator.plans.plan import ResourceChange
    from generator.refusal import Path

_WORDS: Final = {"arn": "ARN", "id": "ID", "url": "URL", "key_id": "key ID", "": "value"}


def source_of(expressions: Expressions, change: ResourceChange, path: Path) -> str:
    """Say which attribute of which resource an unknown value will be; "" where that is not certain.

    Args:
        expressions: of the plan.
        change: the resource.
        path: of the value.
    """
    if not path:
        return ""
    targets = expressions.targets(change, path)
    if targets is None and len(path) == 1:
        owner = expressions.owner(change, str(path[0]))
        targets = [owner] if owner else None
    return ", ".join(dict.fromkeys(_said(target) for target in targets or () if target.type))


def _said(target: Target) -> str:
    index = f'["{target.index}"]' if target.index is not None else ""
    address = ".".join(part for part in (target.module, target.type, target.name) if part) + index
    attribute = _WORDS.get(target.attribute, target.attribute)
    return f"{attribute} of {address}" + (f", then {target.suffix}" if target.suffix else "")
