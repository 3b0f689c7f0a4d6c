"""Which image builds run in: AWS's own, or one of the account's registry, and no looser tag than before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.starts.refusals import both, said, widened
from generator.permissions.policy import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject
    from generator.refusal import Path, Refusal

_AWS: Final = re.compile(r"aws/codebuild/[\w.-]+:[\w.-]+")
# https://docs.aws.amazon.com/general/latest/gr/ecr.html
_REGISTRY: Final = re.compile(
    r"(\d{12})\.(?:dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?|dkr-ecr(?:-fips)?\.[a-z0-9-]+\.on\.(?:aws|amazonwebservices\.com\.cn))/.+"
)
_PATH: Final[Path] = ("environment", 0, "image")
_DIGEST: Final = "@sha256:"


def image(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    """Refuse an image of somebody else, and one that is less certain than before."""
    one, other = (_image(values) for values in both(pair))
    if one == other or (other is None and pair.before is None):
        return
    why = _why(one, other, subject)
    if why and not (other is UNKNOWN and not subject.expressions.is_configured(pair.resource, "environment")):
        yield widened(pair, f"runs builds in the image {said(other)}, {why}", _PATH, said(one), said(other))


def _image(values: Any) -> Any:  # noqa: ANN401  # any JSON value
    blocks = values.get("environment") or [{}]
    block = UNKNOWN if blocks is UNKNOWN else blocks[0]
    return UNKNOWN if block is UNKNOWN else block.get("image")


def _why(one: Any, other: Any, subject: Subject) -> str:  # noqa: ANN401  # any JSON value
    """Return what speaks against an image; "" for nothing."""
    if not isinstance(other, str):
        return "which nobody knows yet"
    before = one if isinstance(one, str) else ""
    if _DIGEST in before and _DIGEST not in other:
        return "which is no longer fixed by its digest"
    if before and _is_latest(other) and not _is_latest(before):
        return "which is whatever was pushed last"
    if _AWS.fullmatch(other) or is_of_account(other, subject.account):
        return ""
    if before and _DIGEST in other and _name(before) == _name(other):
        # The same image, fixed by its digest.
        return "which is another digest" if _DIGEST in before else ""
    is_asked = not before and subject.is_named_in_spec(other)
    return "" if is_asked else "which is neither AWS's own nor from the account's registry"


def is_of_account(name: object, account: str) -> bool:
    """Whether an image lies in the registry of an account."""
    found = _REGISTRY.fullmatch(name) if isinstance(name, str) else None
    return found is not None and found[1] == account


def _is_latest(name: str) -> bool:
    tag = name.rpartition("/")[2].partition("@")[0].partition(":")[2]
    return _DIGEST not in name and tag in {"", "latest"}


def _name(image_name: str) -> str:
    return image_name.split("@", maxsplit=1)[0]
