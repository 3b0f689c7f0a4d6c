"""Things that are made again under another name: whether two values name one of them, before and after."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.owners.inventory import Inventory

_ARN: Final = "arn:"
_BUCKET: Final = "aws_s3_bucket"
# A place in S3 is called so, and not after the bucket.
_PLACE: Final = "location"
# What may follow an ARN, or the name of a bucket, and names a part of the same thing.
_PARTS: Final = ":/"
_WORD: Final = re.compile(r"[^a-z]")


class Renaming:
    """The new names of what a plan makes again.

    A name counts as a whole: a value that merely contains it speaks of something else.

    Args:
        inventory: of the plan.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._found: list[tuple[str, str, str]] = []
        for owner, olds, news in inventory.replaced():
            names = [(old, new) for old in olds for new in news if _is_arn(old) is _is_arn(new)]
            self._found += [(owner.type, old, new) for old, new in (*names, *composed(olds, news)) if old != new]

    def is_same(self, before: object, after: object, attribute: str) -> bool:
        """Whether two values are names of one thing.

        Args:
            before: a value before.
            after: the value in its place.
            attribute: the dotted path that holds both: a bare name means what the attribute is for.
        """
        if before == after:
            return True
        if isinstance(before, list) and isinstance(after, list):
            is_kept = all(any(self.is_same(one, other, attribute) for other in after) for one in before)
            return is_kept and len(before) == len(after)
        if not (isinstance(before, str) and isinstance(after, str)):
            return False
        return any(
            _is_renamed((before, after), (old, new), kind) and (_is_full(old) or _speaks_of(kind, attribute))
            for kind, old, new in self._found
        )


def composed(olds: set[str], news: set[str]) -> Iterator[tuple[str, str]]:
    """Yield ARNs that went by an old name, each as it is with a new one.

    An ARN may be known after the apply only, and the name before: templates compose one of the other.
    """
    names = [new for new in news if not _is_arn(new)]
    for arn in filter(_is_arn, olds):
        for end in olds - {arn}:
            if arn.endswith((f":{end}", f"/{end}")):
                yield from ((arn, arn.removesuffix(end) + new) for new in names)


def _is_arn(name: str) -> bool:
    return name.startswith(_ARN)


def _is_renamed(values: tuple[str, str], names: tuple[str, str], kind: str) -> bool:
    (before, after), (old, new) = values, names
    rest = before.removeprefix(old)
    has_parts = _is_arn(old) or kind == _BUCKET
    is_whole = not rest or (has_parts and rest[0] in _PARTS)
    return before.startswith(old) and is_whole and after == new + rest


def _is_full(name: str) -> bool:
    """Whether a name says by itself of what kind it is."""
    return _is_arn(name) or "://" in name


def _speaks_of(kind: str, attribute: str) -> bool:
    """Whether an attribute that holds a bare name is one for things of a type: `role` for `aws_iam_role`."""
    last = _WORD.sub("", attribute.rpartition(".")[2].lower())
    noun = kind.rpartition("_")[2]
    return noun in last or (kind == _BUCKET and last == _PLACE)
