"""A state whose resources lie in another region or account than the spec says: nothing works on it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.errors import StatePlaceError
from generator.terraform.state.place import require_same_place

if TYPE_CHECKING:
    from pathlib import Path

    from noted_terraform import Stand

AWS = 'provider["registry.terraform.io/hashicorp/aws"]'
ROLE = "arn:aws:iam::111122223333:role/shop"
LOGS = "arn:aws:logs:us-east-1:111122223333:log-group:/shop"


def state(*arns: str, provider: str = AWS, kind: str = "aws_cloudwatch_log_group", **more: str) -> dict[str, Any]:
    """Write a state with one resource an ARN."""
    instances = [{"attributes": {"arn": arn, **more}} for arn in arns]
    return {"resources": [{"mode": "managed", "type": kind, "provider": provider, "instances": instances}]}


def refused(found: dict[str, Any], region: str = "us-east-1", account: str = "111122223333") -> str:
    """Return the key over which a state is refused; "" where it is not."""
    try:
        require_same_place(found, "dev", region=region, account=account)
    except StatePlaceError as error:
        return error.key
    return ""


@pytest.mark.parametrize(
    ("found", "region", "account", "key"),
    [
        pytest.param({}, "eu-west-1", "444455556666", "", id="before the first apply anything fits"),
        pytest.param(state(LOGS), "us-east-1", "111122223333", "", id="what lies where the spec says fits"),
        pytest.param(state(LOGS), "eu-west-1", "111122223333", "region", id="another region"),
        pytest.param(state(LOGS), "us-east-1", "444455556666", "account", id="another account"),
        pytest.param(state(ROLE), "eu-west-1", "111122223333", "", id="a role lies in no region"),
        pytest.param(state(ROLE), "eu-west-1", "444455556666", "account", id="a role lies in an account"),
        pytest.param(
            state("arn:aws:s3:::b", kind="aws_s3_bucket", region="us-east-1"), "eu-west-1", "1", "region", id="a bucket"
        ),
        pytest.param(
            state(LOGS, provider=f"{AWS}.other"), "eu-west-1", "444455556666", "", id="what another provider manages"
        ),
        pytest.param(
            state(LOGS, LOGS.replace("us-east-1", "eu-west-1")), "eu-west-1", "111122223333", "", id="a part elsewhere"
        ),
        pytest.param(state("", "no arn"), "eu-west-1", "444455556666", "", id="what has no ARN says nothing"),
    ],
)
def test_a_state_is_refused_where_all_of_it_lies_elsewhere(
    found: dict[str, Any], region: str, account: str, key: str
) -> None:
    assert refused(found, region, account) == key


@pytest.mark.parametrize("command", ["plan", "apply", "destroy", "drift"])
def test_every_command_that_plans_refuses_another_region_at_its_line_of_the_spec(
    stand: Stand, tmp_path: Path, command: str
) -> None:
    (tmp_path / "state.json").write_text(json.dumps(state(LOGS.replace("us-east-1", "ap-south-1"))))
    stand.write(state=f"cat {tmp_path}/state.json")
    agreed = ["--yes"] if command in {"apply", "destroy"} else []
    ended = stand.run([command, "dev", *agreed])
    assert ended.returncode == 1
    assert "environments/_base.yaml:2:9: region: dev is applied in region ap-south-1, not in us-east-1" in ended.stderr
    assert "set region back to ap-south-1 and destroy dev first" in ended.stderr
    assert not {"plan", "apply", "destroy"} & set(stand.verbs())
