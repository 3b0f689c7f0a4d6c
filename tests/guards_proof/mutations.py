"""Random changes of a policy: such as widen it, such as narrow it, and such as do either."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from guards_proof.requests import FOREIGN, IDENTITY, TRUST, listed, statements

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Document = dict[str, Any]
    Mutation = Callable[[Document, str, Random], None]

_ACTIONS: Final = (
    "*",
    "s3:*",
    "s3:Get*",
    "iam:PassRole",
    "sts:AssumeRole",
    "kms:*",
    "kms:PutKeyPolicy",
    "s3:DeleteObject",
    "?3:GetObject",
    "S3:getobject",
    "iam:Attach*Policy",
)
_RESOURCES: Final = (
    "*",
    "arn:aws:s3:::?*",
    "arn:aws:s3:::*/secret",
    f"arn:aws:iam::{FOREIGN}:role/x",
    "arn:aws:iam::*:role/admin",
    "arn:aws:s3:::${aws:username}/*",
)
_CONDITIONS: Final[tuple[Document, ...]] = (
    {"Bool": {"aws:SecureTransport": "true"}},
    {"StringLike": {"aws:PrincipalArn": "*"}},
    {"StringEquals": {"aws:SourceAccount": FOREIGN}},
    {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
    {"Null": {"aws:PrincipalArn": "false"}},
    {"DateGreaterThan": {"aws:CurrentTime": "2001-01-01T00:00:00Z"}},
    {"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["x"]}},
)


def mutated(document: Document, kind: str, random: Random) -> Document:
    """Return a policy with one to three changes."""
    result = copy.deepcopy(document)
    result["Statement"] = [dict(each) for each in statements(result)]
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        if result["Statement"]:
            random.choice(_ANY)(result, kind, random)
    return result


def narrowed(document: Document, kind: str, random: Random) -> Document:
    """Return a policy that lets through nothing that the given one does not."""
    result = copy.deepcopy(document)
    result["Statement"] = [dict(each) for each in statements(result)]
    for _ in range(random.choice((1, 1, 2))):
        if result["Statement"]:
            random.choice(_NARROWER)(result, kind, random)
    return result


def reworded(document: Document, random: Random) -> Document:
    """Return the same policy in another form: other order, lists of one as texts, other Sids."""
    result = copy.deepcopy(document)
    found = [dict(each) for each in statements(result)]
    random.shuffle(found)
    for number, statement in enumerate(found):
        for key in ("Action", "NotAction", "Resource", "NotResource"):
            values = listed(statement.get(key))
            if values:
                random.shuffle(values)
                statement[key] = values[0] if len(values) == 1 and random.random() < 0.5 else values
        if random.random() < 0.3:
            statement["Sid"] = f"Other{number}"
    return {key: value for key, value in result.items() if key != "Statement"} | {"Statement": found}


def _one(document: Document, random: Random, effect: str = "") -> Document | None:
    found = [each for each in document["Statement"] if effect in ("", each.get("Effect"))]
    return random.choice(found) if found else None


def _more_actions(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Allow")
    if statement and "Action" in statement:
        statement["Action"] = [*listed(statement["Action"]), random.choice(_ACTIONS)]


def _more_resources(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Allow")
    if statement and "Resource" in statement:
        statement["Resource"] = [*listed(statement["Resource"]), random.choice(_RESOURCES)]


def _cut_resource(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Allow")
    if statement and "Resource" in statement:
        values = listed(statement["Resource"])
        at = random.randrange(len(values))
        text = str(values[at])
        values = [*values]
        values[at] = text[: random.randint(min(13, len(text)), len(text))] + "*"
        statement["Resource"] = values


def _less_denied(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Deny")
    if statement is None:
        return
    drawn = random.random()
    if drawn < 0.3:
        document["Statement"].remove(statement)
    elif drawn < 0.5 and len(listed(statement.get("Action"))) > 1:
        statement["Action"] = listed(statement["Action"])[1:]
    elif drawn < 0.7 and "Principal" in statement:
        del statement["Principal"]
        statement["NotPrincipal"] = {"AWS": [f"arn:aws:iam::{random.choice(['111122223333', FOREIGN])}:role/x"]}
    else:
        condition = copy.deepcopy(statement.get("Condition") or {})
        condition.setdefault("StringNotEquals", {})["aws:PrincipalTag/team"] = "x"
        statement["Condition"] = condition


def _no_condition(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Allow")
    if statement and statement.get("Condition"):
        condition = copy.deepcopy(statement["Condition"])
        del condition[random.choice(list(condition))]
        statement["Condition"] = condition


def _loose_condition(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Allow")
    if statement and statement.get("Condition"):
        condition = copy.deepcopy(statement["Condition"])
        operator = random.choice(list(condition))
        block = condition.pop(operator)
        key = random.choice(list(block))
        drawn = random.random()
        if drawn < 0.4:
            block = block | {key: [*listed(block[key]), random.choice(["*", FOREIGN, "other"])]}
        elif drawn < 0.7 and not operator.endswith("IfExists") and operator != "Null":
            operator = f"{operator}IfExists"
        elif operator.startswith(("StringEquals", "ArnEquals")):
            operator = operator.replace("Equals", "Like")
            block = block | {key: [f"{str(each)[:12]}*" for each in listed(block[key])]}
        statement["Condition"] = condition | {operator: block}


def _other_condition(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Allow")
    if statement:
        statement["Condition"] = copy.deepcopy(random.choice(_CONDITIONS))


def _more_principals(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Allow")
    if kind == IDENTITY or statement is None:
        return
    principal = statement.pop("Principal", {})
    statement.pop("NotPrincipal", None)
    drawn = random.random()
    if drawn < 0.3 or not isinstance(principal, dict):
        statement["Principal"] = "*"
    elif drawn < 0.4:
        statement["NotPrincipal"] = {"AWS": [f"arn:aws:iam::{FOREIGN}:role/y"]}
    else:
        who = random.choice(
            [
                ("AWS", f"arn:aws:iam::{FOREIGN}:root"),
                ("AWS", FOREIGN),
                ("AWS", "*"),
                ("AWS", f"arn:aws:iam::{FOREIGN}:role/x-111122223333"),
                ("Service", "ec2.amazonaws.com"),
            ]
        )
        statement["Principal"] = principal | {who[0]: [*listed(principal.get(who[0])), who[1]]}


def _all_but(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Allow")
    if statement is None:
        return
    element = random.choice(["Action", "Resource"])
    if element in statement:
        statement[f"Not{element}"] = statement.pop(element)


def _one_more(document: Document, kind: str, random: Random) -> None:
    made: Document = {"Effect": "Allow", "Action": random.choice(_ACTIONS)}
    if kind == TRUST:
        made["Action"] = "sts:AssumeRole"
    else:
        made["Resource"] = random.choice(_RESOURCES)
    if kind != IDENTITY:
        made["Principal"] = random.choice(
            ["*", {"AWS": "*"}, {"AWS": f"arn:aws:iam::{FOREIGN}:root"}, {"Service": "ec2.amazonaws.com"}]
        )
    if random.random() < 0.5:
        made["Condition"] = copy.deepcopy(random.choice(_CONDITIONS))
    document["Statement"] = [*document["Statement"], made]


def _flipped(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Deny")
    if statement:
        statement["Effect"] = "Allow"


def _fewer_allowed(document: Document, kind: str, random: Random) -> None:
    statement = _one(document, random, "Allow")
    if statement is None:
        return
    drawn = random.random()
    if drawn < 0.3 and len(document["Statement"]) > 1:
        document["Statement"].remove(statement)
    elif drawn < 0.6 and len(listed(statement.get("Action"))) > 1:
        statement["Action"] = listed(statement["Action"])[1:]
    elif drawn < 0.8 and len(listed(statement.get("Resource"))) > 1:
        statement["Resource"] = listed(statement["Resource"])[:-1]
    else:
        condition = copy.deepcopy(statement.get("Condition") or {})
        block = condition.get("StringEquals", {})
        condition["StringEquals"] = (
            block | {"aws:RequestedRegion": "us-east-1"} if "aws:RequestedRegion" not in block else block
        )
        statement["Condition"] = condition


def _more_denied(document: Document, kind: str, random: Random) -> None:
    made: Document = {"Effect": "Deny", "Action": random.choice(_ACTIONS)}
    if kind != TRUST:
        made["Resource"] = "*"
    if kind != IDENTITY:
        made["Principal"] = "*"
    document["Statement"] = [*document["Statement"], made]


_NARROWER: Final[tuple[Mutation, ...]] = (_fewer_allowed, _fewer_allowed, _more_denied)
_ANY: Final[tuple[Mutation, ...]] = (
    *(_more_actions, _more_resources, _cut_resource, _less_denied, _less_denied, _no_condition, _loose_condition),
    *(
        _other_condition,
        _more_principals,
        _more_principals,
        _all_but,
        _one_more,
        _flipped,
        _fewer_allowed,
        _more_denied,
    ),
)
