"""A state that holds another environment's resources is refused, whatever is to be done with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.checks.guards.ownership import StateOwner, recorded_in_plan, recorded_in_state, require_own
from generator.errors import ForeignStateError
from generator.plans.plan import parse_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from noted_terraform import Stand


def resource(address: str, stack: str = "", environment: str = "", **values: Any) -> dict[str, Any]:
    tags = {"Stack": stack, "Environment": environment, "ManagedBy": "tfstencil"} if stack else None
    own = {"tags": tags, "tags_all": tags} if tags else {}
    kind, name = address.split(".")[-2:]
    return {"address": address, "mode": "managed", "type": kind, "name": name, "values": own | values}


def prior(*resources: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a plan that says what the state held."""
    child = {"address": "module.builds", "resources": list(resources[1:])}
    return {"values": {"root_module": {"resources": list(resources[:1]), "child_modules": [child]}}}


def owner(*former: str, stack: str = "shop", claimed: Mapping[str, frozenset[str]] | None = None) -> StateOwner:
    return StateOwner("two", stack, former, lambda: claimed or {})


def said(resources: list[dict[str, Any]], who: StateOwner, **raw: Any) -> str:
    plan = parse_plan({"prior_state": prior(*resources), **raw})
    with pytest.raises(ForeignStateError) as caught:
        require_own(recorded_in_plan(plan), who)
    return f"{caught.value}\n{caught.value.hint}"


ONE = resource("aws_iam_role.a", "shop", "one", name="shop-one-main-build")
OWN = resource("module.builds.aws_codebuild_project.b", "shop", "two", name="shop-two-main")


def test_resources_of_another_environment_are_named_with_it() -> None:
    words = said([ONE, OWN], owner())
    assert "the state of two holds resources of one (stack shop): aws_iam_role.a" in words
    assert "formerly: [shop/one]" in words


def test_the_same_name_in_another_stack_is_another_environment() -> None:
    assert "of two (stack web)" in said([resource("aws_iam_role.a", "web", "two")], owner())


def test_resources_of_several_others_are_all_told() -> None:
    words = said([ONE, resource("aws_sns_topic.c", "web", "x")], owner())
    assert "of one (stack shop): aws_iam_role.a; of x (stack web): aws_sns_topic.c" in words


def accepted(resources: list[dict[str, Any]], who: StateOwner, **raw: Any) -> bool:
    require_own(recorded_in_plan(parse_plan({"prior_state": prior(*resources), **raw})), who)
    return True


def test_its_own_its_former_and_no_state_at_all_are_accepted() -> None:
    assert accepted([OWN], owner())
    assert accepted([ONE, OWN], owner("shop/one"))
    assert accepted([resource("aws_iam_role.a")], owner())
    require_own(recorded_in_plan(parse_plan({})), owner())
    # Of a removed environment nothing may tell the stack any more.
    assert accepted([resource("aws_iam_role.a", "web", "two")], owner(stack=""))


def test_tags_of_other_people_say_nothing() -> None:
    assert accepted([resource("aws_s3_bucket.b", tags={"Environment": "production"})], owner())
    assert accepted([resource("aws_s3_bucket.b", tags="odd"), resource("a_b.c", tags=None)], owner())


def test_a_tag_that_was_changed_by_hand_does_not_change_whose_it_is() -> None:
    change = {"actions": ["update"], "before": OWN["values"], "after": ONE["values"]}
    drifted = {**OWN, "address": OWN["address"], "values": ONE["values"]}
    drift = [{key: OWN[key] for key in ("address", "type", "name", "mode")} | {"change": change}]
    assert accepted([drifted], owner(), resource_drift=drift)
    change = {"actions": ["update"], "before": ONE["values"], "after": OWN["values"]}
    drift = [{key: OWN[key] for key in ("address", "type", "name", "mode")} | {"change": change}]
    assert "resources of one" in said([OWN], owner(), resource_drift=drift)


def test_what_is_not_found_any_more_still_stood_in_the_state() -> None:
    """With the credentials of another account nothing is found, and an apply would overwrite the state."""
    drift = [{key: ONE[key] for key in ("address", "type", "name", "mode")}]
    drift[0]["change"] = {"actions": ["delete"], "before": ONE["values"], "after": None}
    assert "resources of one" in said([], owner(), resource_drift=drift)


def test_what_has_no_tags_is_known_by_its_names() -> None:
    claimed = {"one": frozenset({"shop-one", "shop-one-main-build"}), "two": frozenset({"shop-two-main-build"})}
    policy = resource("aws_iam_role_policy.a", role="shop-one-main-build", name="build")
    assert "resources of one: aws_iam_role_policy.a" in said([policy], owner(claimed=claimed))
    assert accepted([policy], owner("shop/one", claimed=claimed))
    own = resource("aws_iam_role_policy.a", role="shop-two-main-build", name="build")
    assert accepted([own], owner(claimed=claimed))
    # Beside something that is tagged it belongs to that.
    assert accepted([OWN, policy], owner(claimed=claimed))


def test_a_pulled_state_is_read_as_well() -> None:
    instance = {"attributes": ONE["values"]}
    state = {"resources": [{"mode": "managed", "type": "aws_iam_role", "name": "a", "instances": [instance]}]}
    with pytest.raises(ForeignStateError, match="of one"):
        require_own(recorded_in_state(state), owner())
    data = {"resources": [{**state["resources"][0], "mode": "data"}]}
    require_own(recorded_in_state(data), owner())
    require_own(recorded_in_state({}), owner())


@pytest.mark.parametrize(
    "command",
    [
        ["plan", "dev"],
        ["plan", "dev", "--save"],
        ["apply", "dev", "--yes"],
        ["destroy", "dev", "--yes"],
        ["drift", "dev"],
    ],
    ids=" ".join,
)
def test_nothing_is_done_on_the_state_of_another_one(stand: Stand, command: list[str]) -> None:
    gone = {"address": "aws_iam_role.a", "type": "aws_iam_role", "name": "a", "mode": "managed"}
    stand.planned(gone | {"change": {"actions": ["delete"], "before": {}, "after": None}}, prior_state=prior(ONE))
    ended = stand.run(command)
    assert ended.returncode == 1
    assert "the state of dev holds resources of one (stack shop): aws_iam_role.a" in ended.stderr
    assert "apply" not in stand.verbs()
    assert not list((stand.workspace.scratch / "plans").glob("*/dev.tfplan"))


def test_a_plan_to_destroy_does_not_tell_what_it_did_not_find_but_the_state_does(stand: Stand) -> None:
    instance = {"attributes": ONE["values"]}
    held = [{"mode": "managed", "type": "aws_iam_role", "name": "a", "instances": [instance]}]
    state = {"version": 4, "serial": 3, "lineage": "abc", "resources": held}
    (stand.workspace.modules_out / "dev" / "terraform.tfstate").write_text(json.dumps(state))
    stand.planned()
    ended = stand.run(["destroy", "dev", "--yes"])
    assert ended.returncode == 1
    assert "the state of dev holds resources of one (stack shop): aws_iam_role.a" in ended.stderr
    assert "plan" not in stand.verbs()


def test_a_kept_plan_is_judged_again(stand: Stand) -> None:
    create = {
        "address": "a_b.c",
        "type": "a_b",
        "name": "c",
        "change": {"actions": ["create"], "before": None, "after": {}},
    }
    stand.planned(create, prior_state=prior(resource("aws_iam_role.a", "shop", "dev")))
    assert stand.run(["plan", "dev", "--save"]).returncode == 0
    stand.planned(create, prior_state=prior(ONE))
    ended = stand.run(["apply", "dev", "--yes"])
    assert ended.returncode == 1
    assert "resources of one" in ended.stderr
    assert "apply" not in stand.verbs()


def test_what_the_spec_says_it_was_is_applied(stand: Stand) -> None:
    file = stand.workspace.spec_path("dev")
    file.write_text(f"{file.read_text()}formerly: [shop/one]\n")
    assert stand.run(["render"]).returncode == 0
    create = {
        "address": "a_b.c",
        "type": "a_b",
        "name": "c",
        "change": {"actions": ["create"], "before": None, "after": {}},
    }
    stand.planned(create, prior_state=prior(ONE))
    assert stand.run(["apply", "dev", "--yes"]).returncode == 0
    assert "apply" in stand.verbs()


def test_a_bootstrap_begins_on_no_state_of_another_one(stand: Stand) -> None:
    stand.workspace.spec_path("keeper").write_text(
        "stack: shop\nclass: dev\nregion: us-east-1\naccount: '111122223333'\n"
        "tags: {Owner: a, CostCenter: '1'}\nencryption: {}\nbackend: {}\n"
    )
    assert stand.run(["render", "keeper"]).returncode == 0
    instance = {"attributes": ONE["values"]}
    held = [{"mode": "managed", "type": "aws_iam_role", "name": "a", "instances": [instance]}]
    file = stand.workspace.scratch / "bootstrap" / "keeper.tfstate"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"version": 4, "serial": 3, "lineage": "abc", "resources": held}))
    ended = stand.run(["bootstrap", "keeper", "--yes"])
    assert ended.returncode == 1
    assert "the state of keeper holds resources of one (stack shop)" in ended.stderr
    assert "plan" not in stand.verbs()


def test_a_removed_environment_is_known_by_its_last_render(stand: Stand) -> None:
    stand.workspace.spec_path("dev").unlink()
    gone = {"address": "aws_iam_role.a", "type": "aws_iam_role", "name": "a", "mode": "managed"}
    change: dict[str, Any] = {"change": {"actions": ["delete"], "before": {}, "after": None}}
    for environment, code in (("one", 1), ("dev", 0)):
        stand.planned(gone | change, prior_state=prior(resource("aws_iam_role.a", "shop", environment)))
        assert stand.run(["destroy", "dev", "--yes", "dev"]).returncode == code
    assert stand.verbs().count("apply") == 1
