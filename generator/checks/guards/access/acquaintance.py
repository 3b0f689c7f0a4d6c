"""Which principals the stack knows: those that it makes, that the spec names, and services that the modules let in."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from generator.permissions.policy import Account, Kind
from generator.permissions.sets.principal import is_root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.checks.guards.access.facets import Facet
    from generator.checks.guards.subject import Subject
    from generator.permissions.finding import Widening

_IDENTITIES: Final = ("aws_iam_role", "aws_iam_user")
_PROVIDERS: Final = ("aws_iam_openid_connect_provider", "aws_iam_saml_provider")
_KEY: Final = "aws_kms_key"
# Whom the modules let assume a role, and whom they let use a bucket, key, queue or topic.
TRUSTED: Final = frozenset({"codebuild", "codepipeline", "events", "scheduler", "vpc-flow-logs"})
SERVED: Final = frozenset({"budgets", "cloudwatch", "events", "logging.s3", "logs", "sns"})
_SERVICE: Final = re.compile(r"Service:([a-z0-9.-]+?)(?:\.[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?")
_NUMBER: Final = re.compile(r"AWS:(\d{12})")
_IDENTITY: Final = re.compile(r"AWS:arn:[\w-]+:(?:iam|sts)::\d{12}:(?:role|assumed-role|user)/(.+)", re.DOTALL)


class Acquaintance:
    """Tells whom the stack knows.

    Args:
        subject: the plan.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._account = Account(subject.account, subject.surroundings.partition)

    def strangers(self, each: Widening, facet: Facet) -> list[str]:
        """Return the principals of a widening that neither the stack nor the spec knows.

        A role that exists has had its principals judged one by one; here are those of a new one, and those whom the
        policy of a resource lets in.
        """
        if facet.kind not in {Kind.TRUST, Kind.RESOURCE}:
            return []
        is_key = facet.owner is not None and facet.owner.type == _KEY
        services = TRUSTED if facet.kind is Kind.TRUST else SERVED
        return [who for who in each.principals if not self._is_known(who, services, is_key=is_key)]

    def knows(self, arn: str) -> bool:
        """Whether the stack makes a role or user, or the spec names its ARN."""
        return arn in self._subject.spec_texts or self._is_made(f"AWS:{arn}", arn)

    def _is_known(self, who: str, services: Iterable[str], *, is_key: bool) -> bool:
        service = _SERVICE.fullmatch(who)
        if service:
            return service[1] in services
        name = who.partition(":")[2]
        if is_root(self._with_arn(who)):
            # A key that its own account cannot manage is lost; of other accounts the comparison has asked the spec.
            is_own = f"::{self._account.number}:" in self._with_arn(who)
            return is_key if is_own else True
        return bool(name) and (name in self._subject.spec_texts or self._is_made(who, name))

    def _with_arn(self, who: str) -> str:
        found = _NUMBER.fullmatch(who)
        return f"AWS:arn:{self._account.partition}:iam::{found[1]}:root" if found else who

    def _is_made(self, who: str, name: str) -> bool:
        found = _IDENTITY.fullmatch(who)
        # A session is called after the role's name, a role by its path and name.
        parts = {name, found[1], found[1].split("/")[0]} if found else {name}
        return not parts.isdisjoint(self._made) or name.startswith(self._addresses)

    @cached_property
    def _made(self) -> frozenset[str]:
        found: set[str] = set()
        for change in self._subject.inventory.resources:
            values = change.after or {}
            if change.type in _IDENTITIES:
                path = str(values.get("path") or "/")
                found |= {str(values[name]) for name in ("arn", "name", "unique_id") if values.get(name)}
                found.add(f"{path.strip('/')}/{values.get('name')}".lstrip("/"))
            elif change.type in _PROVIDERS and values.get("arn"):
                found.add(str(values["arn"]))
        return frozenset(found)

    @cached_property
    def _addresses(self) -> tuple[str, ...]:
        # What is known after the apply only stands there as the address that will have it.
        return tuple(
            f"{'.'.join(part.split('[')[0] for part in (change.module, change.type, change.name) if part)}."
            for change in self._subject.inventory.resources
            if change.type in (*_IDENTITIES, *_PROVIDERS)
        )
