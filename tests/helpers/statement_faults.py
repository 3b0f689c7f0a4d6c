"""What is wrong with a statement, by AWS's own list of actions, resource types and condition keys."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from generator.aws import actions
from generator.plans.iam_statements import statements
from generator.plans.planned import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.aws.actions import ServiceAction
    from generator.plans.iam_statements import Statement
    from generator.plans.planned import PlannedStack

# Keys that every request may carry; tags are not among them: an action lists those that it knows.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
GLOBAL: Final = frozenset(
    f"aws:{name}".lower()
    for name in (
        "CalledVia", "CalledViaFirst", "CalledViaLast", "CurrentTime", "EpochTime", "FederatedProvider", "MultiFactorAuthAge",
        "MultiFactorAuthPresent", "PrincipalAccount", "PrincipalArn", "PrincipalIsAWSService", "PrincipalOrgID",
        "PrincipalOrgPaths", "PrincipalServiceName", "PrincipalServiceNamesList", "PrincipalType", "Referer",
        "RequestedRegion", "ResourceAccount", "ResourceOrgID", "ResourceOrgPaths", "SecureTransport", "SourceAccount",
        "SourceArn", "SourceIdentity", "SourceIp", "SourceOrgID", "SourceOrgPaths", "SourceVpc", "SourceVpce",
        "TokenIssueTime", "UserAgent", "userid", "username", "ViaAWSService", "VpcSourceIp",
    )
)  # fmt: skip
ANY: Final = "one character"
RUN: Final = "any characters"
_Token = tuple[str, str]  # a character, ANY or RUN, and the characters that the latter two leave out
# Families of operators and the types of keys that they compare.
OPERATORS: Final[dict[str, frozenset[str]]] = {
    "String": frozenset({"String", "ARN"}),
    "Arn": frozenset({"String", "ARN"}),
    "Bool": frozenset({"Bool"}),
    "Numeric": frozenset({"Numeric"}),
    "Date": frozenset({"Date"}),
    "IpAddress": frozenset({"IPAddress"}),
    "NotIpAddress": frozenset({"IPAddress"}),
}
# What AWS documents and its list of actions leaves out: a template with macros makes its change sets under their names.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
UNLISTED: Final = {
    "cloudformation:CreateChangeSet": "arn:${Partition}:cloudformation:${Region}:${Account}:transform/${Name}"
}


def stack_faults(stack: PlannedStack) -> tuple[int, list[str]]:
    """Return how many statements an environment's plan holds, and what is wrong with them."""
    seen, found = 0, []
    for address, resource in stack.resources.items():
        # What masks logs is written in the same form, and permits nothing.
        if resource.type == "aws_cloudwatch_log_data_protection_policy_document":
            continue
        for statement in statements(resource) or ():
            seen += 1
            found += [f"{address}: {statement.get('sid')}: {fault}" for fault in faults(statement)]
    return seen, found


def faults(statement: Statement) -> Iterator[str]:
    """Yield what AWS would not understand, or never match, in one statement.

    A statement without resources is one of a trust policy or of a repository; what is not known yet passes.
    """
    named: list[ServiceAction] = []
    for element in ("actions", "not_actions"):
        for pattern in statement.get(element, ()):
            found = actions.matching(pattern)
            named += found if element == "actions" else ()
            if not found:
                yield f"{pattern} is not an action of AWS"
    if "*" not in statement.get("resources", ["*"]) and UNKNOWN not in statement["resources"]:
        yield from _resource_faults(named, statement)
    for operator, block in statement.get("conditions", {}).items():
        for key in block:
            yield from _key_faults(named, operator, key)


def _resource_faults(named: list[ServiceAction], statement: Statement) -> Iterator[str]:
    resources = statement["resources"]
    for action in named:
        service = _service(action)
        arns = {kind: service.resources[kind].arn for kind in action.resources}
        if action.name in UNLISTED and all(meet(resource, UNLISTED[action.name]) for resource in resources):
            return
        if any("*" in pattern for pattern in statement["actions"]) or statement["effect"] == "Deny":
            continue
        if not arns:
            yield f"{action.name} takes no resource but *"
        elif not any(meet(resource, arn) for resource in resources for arn in arns.values()):
            yield f"{action.name} takes {', '.join(arns)}; none of {resources} is one"
        for kind, of_action in action.resources.items():
            if of_action.required and not any(meet(resource, arns[kind]) for resource in resources):
                yield f"{action.name} needs a {kind}; none of {resources} is one"
    patterns = [arn for action in named for arn in _service(action).arns_of(action)]
    for resource in resources:
        if not any(meet(resource, arn) for arn in patterns):
            yield f"{resource} is not a resource of {', '.join(statement['actions'])}"


def _service(action: ServiceAction) -> actions.Service:
    found = actions.service(action.name.partition(":")[0])
    assert found is not None
    return found


def _key_faults(named: list[ServiceAction], operator: str, key: str) -> Iterator[str]:
    if key.lower() in GLOBAL:
        return
    types: dict[str, str] = {}
    lacking: list[str] = []
    for action in named:
        service = _service(action)
        known = {
            name: service.keys[name] for name in service.keys_of(action) if name in service.keys and _is(name, key)
        }
        types |= known
        if not known:
            lacking.append(action.name)
    if lacking:
        yield f"{key} is not a condition key of {', '.join(lacking[:3])}"
    plain = operator.rpartition(":")[2].removesuffix("IfExists")
    family = next((types_ for prefix, types_ in OPERATORS.items() if plain.startswith(prefix)), None)
    if plain != "Null" and (
        family is None or any(kind.removeprefix("ArrayOf") not in family for kind in types.values())
    ):
        yield f"{operator} does not compare {key}, which is {', '.join(types.values())}"


def _is(known: str, key: str) -> bool:
    """Whether a key is a known one; `aws:RequestTag/${TagKey}` and `s3:RequestObjectTag/<key>` stand for many."""
    pattern = re.sub(r"\\\$\\\{.*?\\\}|<.*?>", ".+", re.escape(known.lower()))
    return re.fullmatch(pattern, key.lower()) is not None


@cache
def meet(resource: str, arn: str) -> bool:
    """Whether a resource of a statement, with its wildcards, can be one of an ARN pattern of AWS."""
    # What stands for a placeholder may hold anything, but for a bucket: s3:ListBucket on what lies in it is a mistake.
    pattern: list[_Token] = []
    for part in re.split(r"(\$\{\w+\})", arn):
        excluded = ":" if part in {"${Partition}", "${Region}", "${Account}"} else "/" if "Bucket" in part else ""
        pattern += [(ANY, excluded), (RUN, excluded)] if part.startswith("${") else [(char, "") for char in part]
    return _overlap([({"*": RUN, "?": ANY}.get(char, char), "") for char in resource], pattern)


def _overlap(left: list[_Token], right: list[_Token]) -> bool:
    """Whether some text matches both: walk all pairs of positions that a common text can reach."""
    reached = [(0, 0)]
    seen = set(reached)
    while reached:
        one, other = reached.pop()
        if (one, other) == (len(left), len(right)):
            return True
        for step in _steps(left[one : one + 1], right[other : other + 1]):
            place = (one + step[0], other + step[1])
            if place not in seen:
                seen.add(place)
                reached.append(place)
    return False


def _steps(mine: list[_Token], theirs: list[_Token]) -> Iterator[tuple[int, int]]:
    runs = [bool(token and token[0][0] == RUN) for token in (mine, theirs)]
    if runs[0]:
        yield 1, 0
    if runs[1]:
        yield 0, 1
    if mine and theirs and _share_a_character(mine[0], theirs[0]) and not all(runs):
        yield (0 if runs[0] else 1), (0 if runs[1] else 1)


def _share_a_character(one: _Token, other: _Token) -> bool:
    literals = {token[0] for token in (one, other) if token[0] not in {ANY, RUN}}
    return len(literals) < 2 and not any(char in one[1] + other[1] for char in literals)
