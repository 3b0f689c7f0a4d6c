"""What the shipped environments grant is named and their own: a first apply of one is refused nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from generator.permissions.document import marked, policy, policy_of_blocks
from generator.permissions.policy import EVERYTHING, UNKNOWN, Account, Kind, Permissions, Policy, identity
from generator.permissions.widening import wider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.terraform, pytest.mark.fleet]

ACCOUNTS = {"dev": "111122223333", "staging": "222233334444", "prod": "333344445555", "everything": "111122223333"}
KINDS = {
    "assume_role_policy": Kind.TRUST,
    "trust": Kind.TRUST,
    "start_trust": Kind.TRUST,
    "flow_logs_trust": Kind.TRUST,
}
STARTS = re.compile(
    r"it may call (codebuild:(Retry|Start|Stop)Build(Batch)?(, | and )?)+ on arn:aws:codebuild:\S+; before: .*"
)
OF_RESOURCES = {"access_logs", "bucket", "pull", "topic", "undelivered"}


def policies(plan: Any) -> Iterator[tuple[str, Kind, Policy]]:
    for change in plan["resource_changes"]:
        values = marked(change["change"]["after"], change["change"].get("after_unknown") or {})
        if change["type"] == "aws_iam_policy_document":
            kind = KINDS.get(change["name"], Kind.RESOURCE if change["name"] in OF_RESOURCES else Kind.IDENTITY)
            # What is unknown is the ARN of something that the plan makes.
            yield (
                change["address"],
                kind,
                policy_of_blocks({"statement": known(values["statement"], change["address"])}),
            )
        for name in ("policy", "assume_role_policy"):
            text = values.get(name)
            if isinstance(text, str) and '"Statement"' in text:
                kind = Kind.FILTER if change["type"] == "aws_vpc_endpoint" else KINDS.get(name, Kind.RESOURCE)
                yield (
                    change["address"],
                    Kind.IDENTITY if change["type"] == "aws_iam_role_policy" else kind,
                    policy(text),
                )


def known(value: Any, address: str) -> Any:
    if isinstance(value, dict):
        return {key: known(item, address) for key, item in value.items()}
    if isinstance(value, list):
        return [known(item, address) for item in value]
    return identity(address) if value is UNKNOWN else value


@pytest.mark.parametrize("name", sorted(ACCOUNTS))
def test_no_policy_of_a_new_environment_is_refused_but_for_the_account_that_its_spec_lets_in(
    plan: Callable[[str], Any], name: str
) -> None:
    account = Account(ACCOUNTS[name])
    found = list(policies(plan(name)))
    assert len(found) >= 5
    for address, kind, each in found:
        before = Permissions(kind, (EVERYTHING,) if kind is Kind.FILTER else ())
        refused = [str(each) for each in wider(before, Permissions(kind, (each,)), account) if each.refused]
        pulls = [text for text in refused if text.startswith("account 222233334444 may call ecr:")]
        # Batches and pipelines start builds: guards know their roles, a policy alone does not say that it is one's.
        starts = [text for text in refused if STARTS.fullmatch(text)]
        assert refused == pulls + starts, address
        assert len(pulls) == ("aws_ecr_repository_policy" in address or address.endswith(".pull"))
