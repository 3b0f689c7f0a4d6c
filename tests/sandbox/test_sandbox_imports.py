"""What does not exist is not found: for each type that can be taken over, the sandbox is asked for one that it does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.adoption.importable import Importable
from generator.parts.catalog import OURS
from generator.readback.clients import Clients

if TYPE_CHECKING:
    from generator.sandbox.control import SandboxInfo

pytestmark = pytest.mark.slow

REGION = "us-east-1"
UUID = "0c9d2f3a-6a51-4b8e-8a7c-2f1f6f0c7f11"
ARNS = {
    "aws_codebuild_fleet": f"codebuild:{REGION}:{{account}}:fleet/none:{UUID}",
    "aws_codeconnections_connection": f"codeconnections:{REGION}:{{account}}:connection/{UUID}",
    "aws_xray_group": f"xray:{REGION}:{{account}}:group/none/ABC",
    "aws_sns_topic_subscription": f"sns:{REGION}:{{account}}:none:{UUID}",
}
ROWS = {kind: row for kind, row in OURS.imports.items() if isinstance(row, Importable)}


class Absent(dict[str, str]):
    """Attributes of a resource that does not exist, whichever are asked for."""

    def __missing__(self, name: str) -> str:
        return "none-such"


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_what_is_not_there_is_not_found(kind: str, sandbox: SandboxInfo, account: str) -> None:
    place = {"account": account, "region": REGION, "partition": "aws"}
    topic = f"arn:aws:sns:{REGION}:{account}:none"
    values = Absent(
        place,
        topic_arn=topic,
        arn="arn:aws:" + ARNS[kind].format(account=account) if kind in ARNS else topic,
        policy_arn=f"arn:aws:iam::{account}:policy/none",
        group_id="sg-0a1b2c3d4e5f67890",
        vpc_id="vpc-0a1b2c3d4e5f67890",
        key_id=UUID,
        url=f"https://sqs.{REGION}.amazonaws.com/{account}/none",
        queue_url=f"https://sqs.{REGION}.amazonaws.com/{account}/none",
    )
    clients, row = Clients(REGION, account, sandbox.endpoint), ROWS[kind]
    assert row.look(clients, values) is None
    assert not row.exists(clients, row.identifier.format_map(values), place)
