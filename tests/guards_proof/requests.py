"""Concrete requests, and what two policies say of each: asked of the sandbox's evaluator, which knows nothing of guards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.aws.policy import Call, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    Document = dict[str, Any]

FOREIGN: Final = "999988887777"
# Kinds of policies: of an identity, of a resource, and of who may become a role.
IDENTITY: Final = "identity"
RESOURCE: Final = "resource"
TRUST: Final = "trust"
# Which part of an ARN is the account.
_ACCOUNT: Final = 4
_TOKENS: Final = ("x", "prod/other", "a", "zz-9")
_ACTIONS: Final = (
    "s3:GetObject",
    "iam:PassRole",
    "sts:AssumeRole",
    "kms:Decrypt",
    "s3:PutBucketPolicy",
    "secretsmanager:GetSecretValue",
)


@dataclass(frozen=True)
class Owner:
    """Whose policies are looked at.

    Attributes:
        kind: of the policies.
        account: twelve digits.
        arn: of the owner.
    """

    kind: str
    account: str
    arn: str

    @property
    def service(self) -> str:
        """Whose actions its own policy can speak of; "" for an endpoint, which any may pass."""
        found = self.arn.split(":")[2]
        return "" if found == "ec2" else found


def newly_allowed(owner: Owner, before: Document, after: Document, random: Random, number: int) -> Iterator[Call]:
    """Yield requests that were not let through and would be.

    Args:
        owner: of the policies.
        before: all that is said of it now, as one document.
        after: all that would be said.
        random: where requests are drawn from.
        number: how many are drawn.
    """
    for _ in range(number):
        call = _drawn(owner, [*statements(before), *statements(after)], random)
        if _lets(owner, after, call) and not _lets(owner, before, call):
            yield call


def statements(document: Mapping[str, Any]) -> list[Document]:
    """List the statements of a document."""
    found = document.get("Statement") or []
    return found if isinstance(found, list) else [found]


def listed(value: Any) -> list[Any]:  # JSON of a policy
    """Return a value of a policy as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _lets(owner: Owner, document: Document, call: Call) -> bool:
    verdict = judge(document, call)
    if verdict is Verdict.SILENT:
        # Their own policies may let those of the account do it, where the resource does not forbid it.
        return owner.kind == RESOURCE and call.account == owner.account and not call.service
    return verdict is Verdict.ALLOWED


def _drawn(owner: Owner, about: Sequence[Document], random: Random) -> Call:
    statement = random.choice(about)
    actions = [*listed(statement.get("Action")) * 4, *_ACTIONS, *listed(statement.get("NotAction"))]
    if owner.kind == RESOURCE and owner.service:
        actions = [each for each in actions if each == "*" or each.partition(":")[0].lower() == owner.service] or [
            f"{owner.service}:Get"
        ]
    action = _concrete(random.choice(actions), random)
    if owner.kind == TRUST:
        # Nobody here signs in otherwise, and a session's tags give nothing.
        action = "sts:AssumeRole"
    account, caller, service = _caller(owner, about, random)
    context = dict(_context(statement, about, random))
    context = _true(context, service)
    # It is there with every request.
    context.setdefault("aws:securetransport", "false")
    context["aws:sourceip"] = "203.0.113.9"
    context["aws:currenttime"] = "2026-01-01T00:00:00Z"
    return Call(
        action=action,
        resource="" if owner.kind == TRUST else _resource(owner, action, about, random),
        account=account,
        caller=caller,
        service=service,
        context=context,
    )


def _true(context: dict[str, str], service: str) -> dict[str, str]:
    """Keep what is said of a source where it can be true: a service acts for things of its own, and people for none."""
    source = context.get("aws:sourcearn", "").split(":")
    if len(source) > _ACCOUNT:
        is_own = source[2] in service or (service, source[2]) == ("vpc-flow-logs.amazonaws.com", "ec2")
        if is_own and source[_ACCOUNT] and "aws:sourceaccount" in context:
            context["aws:sourceaccount"] = source[_ACCOUNT]
    else:
        is_own = bool(service)
    return context if is_own else {key: value for key, value in context.items() if not key.startswith("aws:source")}


def _resource(owner: Owner, action: str, about: Sequence[Document], random: Random) -> str:
    """Return a resource of the kind that an action is about: of the account, or of another."""
    service = owner.service if owner.kind == RESOURCE else action.partition(":")[0].lower()
    patterns = [str(each) for one in about for key in ("Resource", "NotResource") for each in listed(one.get(key))]
    fitting = [each for each in patterns if each.startswith("arn:") and each.split(":")[2] == service]
    if owner.kind == RESOURCE:
        # A policy of a bucket speaks of the bucket and what is in it; that of a queue, of the queue.
        fitting = [f"{owner.arn}/x" if "Object" in action or "object" in action else owner.arn]
    if not fitting:
        place = ":::" if service == "s3" else f":us-east-1:{owner.account}:thing/"
        return f"arn:aws:{service}{place}{random.choice(_TOKENS)}"
    found = _concrete(random.choice(fitting), random)
    if random.random() < 0.3 and owner.kind == IDENTITY and found.count(":") > 4:  # a whole ARN
        parts = found.split(":", 5)
        # The same kind of thing, by another name or in another account.
        kind, slash, _ = parts[5].partition("/")
        parts[5] = f"{kind}/{random.choice(_TOKENS)}" if slash and service != "s3" else f"{random.choice(_TOKENS)}/x"
        parts[4] = random.choice([parts[4], FOREIGN]) if parts[4] else ""
        found = ":".join(parts)
    return found


def _caller(owner: Owner, about: Sequence[Document], random: Random) -> tuple[str, str, str]:
    if owner.kind == IDENTITY:
        return owner.account, owner.arn, ""
    people = [
        f"arn:aws:iam::{owner.account}:role/other",
        f"arn:aws:iam::{FOREIGN}:root",
        f"arn:aws:iam::{FOREIGN}:role/x",
        "",
    ]
    services = ["ec2.amazonaws.com"]
    for statement in about:
        for element in ("Principal", "NotPrincipal"):
            named = statement.get(element)
            if isinstance(named, dict):
                people += [str(each) for each in listed(named.get("AWS")) if each != "*"]
                services += listed(named.get("Service"))
    if random.random() < 0.4:
        return "", "", str(random.choice(services))
    person = random.choice(people)
    account = person if person.isdigit() else (person.split(":")[4] if person.startswith("arn:") else "")
    return account, person, ""


def _context(statement: Document, about: Sequence[Document], random: Random) -> Iterator[tuple[str, str]]:
    said = [statement] if random.random() < 0.8 else list(about)
    for one in said:
        for operator, block in (one.get("Condition") or {}).items():
            for key, values in block.items():
                value = _value(operator, str(random.choice(listed(values) or [""])), random)
                if value is not None:
                    yield key.lower(), value
    if random.random() < 0.5:
        yield "aws:securetransport", "true"


def _value(operator: str, value: str, random: Random) -> str | None:
    drawn = random.random()
    if drawn < 0.15:
        return None
    if "Null" in operator:
        return "x"
    if "Date" in operator:
        return "2026-01-01T00:00:00Z"
    if "Bool" in operator:
        return random.choice(["true", "false"])
    if drawn < 0.75 or any(word in operator for word in ("Ip", "Date", "Numeric")):
        return _concrete(value, random) if "Ip" not in operator else value.partition("/")[0]
    return random.choice(["other", FOREIGN, f"arn:aws:s3:::{_TOKENS[0]}", f"arn:aws:events:us-east-1:{FOREIGN}:rule/x"])


def _concrete(pattern: str, random: Random) -> str:
    return "".join(random.choice(_TOKENS) if sign == "*" else "q" if sign == "?" else sign for sign in pattern)
