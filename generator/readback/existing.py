"""Looks whether what exists is there, and lets the stack in: by judging the policies that it has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from generator.aws.policy import Call, Verdict, judge
from generator.errors import SandboxError
from generator.parts.access.existing import UNKNOWN
from generator.parts.framework.scope import Scope
from generator.parts.framework.stack import contributions, existing
from generator.readback.need import Need
from generator.readback.roles import policies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generator.parts.framework.existing import Existing
    from generator.readback.expectation import Expectation
    from generator.readback.roles import Policy

_SHOWN: Final = 3
_REMEDY: Final = "see `What exists, and is used` in the README.md of the environment"


def existing_needs(expected: Expectation) -> Iterator[Need]:
    """Look at all that an environment uses and does not make."""
    scope = Scope(expected.spec, expected.names)
    for each in existing(scope, contributions(scope)):
        subject = f"{each.kind} {each.name}"
        try:
            wrong = _LOOKS[each.kind](expected, each)
        except SandboxError as error:
            remedy = "allow your credentials to read it, or look in the console"
            yield Need(subject, "unknown", str(error), remedy, each.spec_key)
        else:
            state, found = ("missing", wrong) if wrong else ("ready", "is there, and lets the stack in")
            yield Need(
                subject, "missing" if state == "missing" else "ready", found, _REMEDY if wrong else "", each.spec_key
            )


def _bucket(expected: Expectation, each: Existing) -> str:
    clients = expected.clients
    if clients.ask("s3", "head_bucket", Bucket=each.name) is None:
        return "there is none"
    location = clients.ask("s3", "get_bucket_location", Bucket=each.name) or {}
    region = location.get("LocationConstraint") or "us-east-1"
    if region != expected.spec.region:
        return f"lies in {region}, and the environment in {expected.spec.region}"
    answer = clients.ask("s3", "get_bucket_policy", Bucket=each.name) or {}
    document = json.loads(answer.get("Policy", "{}"))
    denied = [call for call in _calls(each.documents[0].content) if judge(document, call) is Verdict.DENIED]
    return _refusal("its policy denies", denied)


def _key(expected: Expectation, each: Existing) -> str:
    answer = expected.clients.ask("kms", "describe_key", KeyId=each.name)
    if answer is None:
        return "there is none"
    state = answer["KeyMetadata"]["KeyState"]
    if state != "Enabled":
        return f"is {state}"
    found = expected.clients.ask("kms", "get_key_policy", KeyId=each.name, PolicyName="default") or {}
    return _silent(each, [json.loads(found.get("Policy", "{}"))], each.name)


def _log_group(expected: Expectation, each: Existing) -> str:
    groups = expected.clients.ask_all("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=each.name)
    return "" if any(group["logGroupName"] == each.name for group in groups) else "there is none"


def _repository(expected: Expectation, each: Existing) -> str:
    _, _, _, region, account, path = each.name.split(":", 5)
    clients, name = expected.clients.elsewhere(region), path.removeprefix("repository/")
    asked: dict[str, str] = {"registryId": account, "repositoryName": name}
    if clients.ask("ecr", "describe_repositories", registryId=account, repositoryNames=[name]) is None:
        return "there is none"
    if not each.documents:
        return ""
    policy = (clients.ask("ecr", "get_repository_policy", **asked) or {}).get("policyText", "{}")
    return _silent(each, [json.loads(policy)], "")


def _role(expected: Expectation, each: Existing) -> str:
    name = each.name.rpartition("/")[2]
    role = (expected.clients.ask("iam", "get_role", RoleName=name) or {}).get("Role")
    if role is None or role["Arn"] != each.name:
        return f"there is none; {role['Arn']} has that name" if role else "there is none"
    trust = [document for document in each.documents if document.is_trust]
    trusted = role["AssumeRolePolicyDocument"]
    refused = [call for document in trust for call in _calls(document.content) if not _allows([trusted], call)]
    if refused:
        return f"its trust policy does not let {refused[0].service} take it for {refused[0].context['aws:sourcearn']}"
    return _silent(each, list(policies(expected.clients, name)), "")


def _topic(expected: Expectation, each: Existing) -> str:
    answer = expected.clients.ask("sns", "get_topic_attributes", TopicArn=each.name)
    return "there is none" if answer is None else _silent(each, [json.loads(answer["Attributes"]["Policy"])], "")


def _silent(each: Existing, documents: list[Policy], this: str) -> str:
    """Say what its policies do not let through; `this` stands for "*" where a policy means what it belongs to."""
    calls = [call for one in each.documents if not one.is_trust for call in _calls(one.content, this)]
    return _refusal("its policies do not allow", [call for call in calls if not _allows(documents, call)])


def _refusal(words: str, calls: list[Call]) -> str:
    if not calls:
        return ""
    named = list(dict.fromkeys(f"{call.action} on {call.resource}" if call.resource else call.action for call in calls))
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return f"{words} {', '.join(named[:_SHOWN])}{more}"


def _allows(documents: list[Policy], call: Call) -> bool:
    verdicts = [judge(document, call) for document in documents]
    return Verdict.ALLOWED in verdicts and Verdict.DENIED not in verdicts


def _calls(document: Mapping[str, Any], this: str = "") -> Iterator[Call]:
    """Yield the calls that a document is to let through, each by each who makes it."""
    for statement in document["Statement"]:
        principal = statement.get("Principal", {})
        callers = [*(("", service) for service in _listed(principal.get("Service")))]
        callers += [(arn, "") for arn in _listed(principal.get("AWS"))] or ([] if callers else [("", "")])
        for action in _listed(statement["Action"]):
            for resource in _listed(statement.get("Resource", "")):
                if UNKNOWN not in resource:
                    named = this if this and resource == "*" else resource
                    yield from (_call(action, named, statement, *caller) for caller in callers)


def _call(action: str, resource: str, statement: Mapping[str, Any], caller: str, service: str) -> Call:
    blocks = (statement.get("Condition") or {}).values()
    context = {key.lower(): _listed(values)[0] for block in blocks for key, values in block.items()}
    # Over TLS, as every call of AWS's own is.
    context["aws:securetransport"] = "true"
    account = caller.split(":")[4] if caller else ""
    return Call(action, resource, account=account, caller=caller, service=service, context=context)


def _listed(value: Any) -> list[str]:  # noqa: ANN401  # JSON of a policy
    return [] if value is None else value if isinstance(value, list) else [value]


_LOOKS: Final[Mapping[str, Callable[[Expectation, Existing], str]]] = {
    "S3 bucket": _bucket,
    "KMS key": _key,
    "log group": _log_group,
    "ECR repository": _repository,
    "IAM role": _role,
    "SNS topic": _topic,
}
