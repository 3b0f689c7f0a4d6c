"""Which action was denied to whom, and where the permission is to be had: from us, or from whoever runs the account.

AWS says it in one of a few forms: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.terraform.failures.rendered_statements import RenderedStatement, statements_in

if TYPE_CHECKING:
    from pathlib import Path

    from generator.failure_explanation import FailedRun

_SENTENCE: Final = re.compile(
    r"(?:User: )?(?P<principal>arn:\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on (?:the )?resource: (?P<resource>\S+))?"
)
_NO_POLICY: Final = re.compile(r"because no ([\w -]+?) policy allows")
_DENIED_BY: Final = re.compile(r"with an explicit deny in an? ([\w -]+?)(?: policy)?(?=[:.,]|$| policy| -)")
_CALL: Final = re.compile(r"operation error (?P<service>[\w .-]+?): (?P<operation>\w+),")
_ENCODED: Final = re.compile(r"Encoded authorization failure message: (\S+)")
# What the action is called where it is not called as the operation.
_ACTIONS: Final = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
}
# Policies that are no part of a stack, whoever wrote it.
_OTHERS: Final = ("service control", "resource control", "permissions boundary", "session", "VPC endpoint")
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Denial:
    """A call that was denied.

    Attributes:
        principal: who asked; "" where AWS does not say.
        action: what for (`iam:CreateRole`); "" where AWS does not say.
        resource: on what; "" where AWS does not say.
        missing: kind of the policy that does not allow it (`identity-based`), or "".
        denied_by: kind of the policy that forbids it (`service control`), or "".
    """

    principal: str
    action: str
    resource: str
    missing: str
    denied_by: str

    @property
    def role(self) -> str:
        """Name of the role that asked, "" for anybody else."""
        kind, _, rest = self.principal.rpartition(":")[2].partition("/")
        return rest.split("/")[0] if kind == "assumed-role" else rest.rpartition("/")[2] if kind == "role" else ""

    @property
    def asked(self) -> str:
        """What was asked for, in words."""
        return f"{self.action or 'the call'}{f' on {self.resource}' if self.resource else ''}"


def parse_denial(text: str) -> Denial:
    """Read a flattened error of terraform."""
    sentence, missing, denied_by = _SENTENCE.search(text), _NO_POLICY.search(text), _DENIED_BY.search(text)
    return Denial(
        sentence["principal"] if sentence else "",
        sentence["action"] if sentence else _action(text),
        (sentence["resource"] or "").strip('".,;') if sentence else "",
        missing[1] if missing else "",
        denied_by[1] if denied_by else "",
    )


def explain_denial(text: str, subject: FailedRun) -> tuple[str, str]:
    """Say what was denied to whom, and which statement to change."""
    denial = parse_denial(text)
    who = denial.principal or "these credentials"
    cause = f"{who} may not do {denial.asked}"
    if denial.denied_by:
        cause = f"a {denial.denied_by} policy forbids {who} {denial.asked}"
    encoded = _ENCODED.search(text)
    if encoded:
        return cause, f"aws sts decode-authorization-message --encoded-message {encoded[1]} says which policy it was"
    own = _own(denial, subject)
    if denial.denied_by.startswith(_OTHERS) or denial.missing.startswith(_OTHERS):
        kind = denial.denied_by or denial.missing
        return cause, f"no statement of this stack decides that: ask those who keep the {kind} policy"
    if own:
        return cause, own
    return cause, f"give the credentials that run terraform {denial.asked}, or use others that have it; then plan again"


def _own(denial: Denial, subject: FailedRun) -> str:
    """Point at the statements of the stack that decide the call; "" where none does."""
    if subject.source is None or not denial.action:
        return ""
    service = denial.action.partition(":")[0]
    concerned = [item for item in statements_in(subject.source) if item.concerns(service)]
    resource_based = "resource-based" in {denial.missing, denial.denied_by}
    if denial.role and _is_of_stack(denial.role, subject.source):
        return (
            f"{denial.role} is a role of this stack: say in the spec of {subject.environment} what it needs, "
            f"so that a statement allows {denial.action}{_places(concerned, denies=False)}"
        )
    if resource_based and concerned:
        denies = bool(denial.denied_by)
        verb = "forbids" if denies else "would have to allow"
        return f"the policy of the resource {verb} it{_places(concerned, denies=denies)}"
    return ""


def _places(statements: list[RenderedStatement], *, denies: bool) -> str:
    named = [f"{item.sid} (modules_out/{item.place})" for item in statements if item.denies is denies][:_SHOWN]
    return f"; see the statement{'s' if len(named) > 1 else ''} {', '.join(named)}" if named else ""


def _is_of_stack(role: str, source: Path) -> bool:
    return any(f'"{role}"' in file.read_text("utf-8", errors="replace") for file in source.glob("*.tf"))


def _action(text: str) -> str:
    call = _CALL.search(text)
    if call is None:
        return ""
    service = call["service"].rpartition(" ")[2].lower()
    return _ACTIONS.get(f"{service}:{call['operation']}", f"{service}:{call['operation']}")
