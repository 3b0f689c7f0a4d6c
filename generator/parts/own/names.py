"""The names that a part gives: how long they may be, and what an environment claims by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import TypeAdapter, ValidationError

from generator.model.name_patterns import AliasName, LogGroupName, PipelineName, ProjectName, RoleName
from generator.model.rules.finding import Finding
from generator.model.types import BucketName, ParameterName, Text
from generator.parts.framework.claim import account_wide, bucket, policy, regional, role
from generator.parts.framework.claim_kinds import KINDS, OF_PART
from generator.parts.framework.scope import Scope
from generator.parts.own import context
from generator.parts.own.file.expression import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generator.model.environment import EnvironmentSpec
    from generator.parts.framework.claim import Claim
    from generator.parts.own.compiled import Compiled

_API: Final = r"[A-Za-z0-9_-]+"
_WORDS: Final = "letters, digits, hyphens and underscores"
# What AWS takes as a name of each kind. Of a kind that is not here, only the length is judged.
_LIMITS: Final[Mapping[str, Any]] = {
    "alias": AliasName,
    "bucket": BucketName,
    "dashboard": Annotated[str, Text(_API, _WORDS)],
    # https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    "function": Annotated[str, Text(_API, _WORDS, longest=64)],
    "log-group": LogGroupName,
    "parameter": ParameterName,
    "pipeline": PipelineName,
    "policy": Annotated[str, Text(r"[A-Za-z0-9+=,.@_-]+", "letters, digits and + = , . @ _ -", longest=128)],
    "project": ProjectName,
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    "queue": Annotated[str, Text(rf"{_API}(?:\.fifo)?", _WORDS, longest=80)],
    "role": RoleName,
    # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
    "rule": Annotated[str, Text(r"[A-Za-z0-9._-]+", "letters, digits and . _ -", longest=64)],
    "schedule-group": Annotated[str, Text(r"[A-Za-z0-9._-]+", "letters, digits and . _ -", longest=64)],
    # https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
    "topic": Annotated[str, Text(rf"{_API}(?:\.fifo)?", _WORDS, longest=256)],
}
_ANY_NAME: Final = Annotated[str, Text(r"[ -~]+", "printable ASCII", longest=255)]


def name_rule(part: Compiled) -> Callable[[str, EnvironmentSpec], Iterator[Finding]]:
    """Return the rule that AWS takes the names."""

    def names(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
        """AWS takes the names that the part gives."""
        if getattr(spec, part.section) is None:
            return
        for name, each in part.says.names.items():
            at = (part.section,)
            try:
                made = part.names[name].value(context.values(Scope.of(environment, spec), part.section, {}, part.used))
                TypeAdapter(_LIMITS.get(each.kind, _ANY_NAME)).validate_python(made)
            except ExpressionError as error:
                yield Finding(at, f"the name {name} cannot be made: {error}", error.hint, "part-name")
            except ValidationError as error:
                reason = error.errors(include_url=False)[0]["msg"]
                message = f"makes the name of the {noun(each.kind)} {made!r}, which {reason}"
                yield Finding(at, message, "shorten stack or the environment's name, or change the part", "part-name")

    return names


def noun(kind: str) -> str:
    """Return what a person calls a kind of names."""
    known = KINDS.get(kind) or KINDS.get(f"@{kind}")
    return known.noun if known else kind


def claiming(part: Compiled) -> Callable[[Scope], Iterator[Claim]]:
    """Return what yields the names that an environment claims by a part."""

    def claims(scope: Scope) -> Iterator[Claim]:
        """Yield the names that it claims."""
        if getattr(scope.spec, part.section) is None:
            return
        made = part.words(scope)["names"]
        for name, each in part.says.names.items():
            yield _claim(scope, each.kind, made[name], part.section)  # type: ignore[index]  # a mapping of names

    return claims


def _claim(scope: Scope, kind: str, name: str, section: str) -> Claim:
    names, path = scope.names, (section,)
    if kind == "bucket":
        return bucket(names, OF_PART, name, path)
    if kind == "role":
        return role(names, name, path)
    if kind == "policy":
        return policy(names, name, path)
    if "unique in an account and region" in KINDS[kind].reason:
        return regional(names, kind, name, path)
    return account_wide(names, kind, name, path)
