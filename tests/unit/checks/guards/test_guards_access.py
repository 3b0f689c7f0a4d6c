"""Guards on permissions: the policies of one owner together, whichever resource holds them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from guard_plans import ACCOUNT, OTHER_ARN, ROOT_ARN, allow, consents, policy, refused, resource, same

from generator.checks.guards.judge import findings
from generator.checks.guards.settings import Settings
from generator.checks.guards.subject import Surroundings
from generator.plans.plan import parse_plan

if TYPE_CHECKING:
    from pathlib import Path

ROLE = same("aws_iam_role.r", {"name": "r", "id": "r", "arn": f"arn:aws:iam::{ACCOUNT}:role/r"})
NEW_ROLE = resource("aws_iam_role.n", None, {"name": "n"}, unknown={"arn": True})
BUCKET = same("aws_s3_bucket.b", {"id": "b", "bucket": "b", "arn": "arn:aws:s3:::b"})
DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}}  # fmt: skip
OWN_TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:t"
MOST = dict[str, Any]


def inline(name: str, before: Any, after: Any, role: str = "r", **more: Any) -> MOST:
    """Write a policy of a role."""
    sides = [
        None if statement is None else {"name": name, "role": role, **policy(statement)}
        for statement in (before, after)
    ]
    return resource(f"aws_iam_role_policy.{name}", *sides, **more)


def wider(*resources: MOST, **more: Any) -> list[str]:
    return [each.reason for each in refused(*resources, **more) if each.kind == "widen"]


# What counts as more


@pytest.mark.parametrize(
    ("before", "after", "is_wider"),
    [
        (allow("s3:Get*"), allow("s3:*"), True),
        (allow("s3:*"), allow("s3:Get?bject"), False),
        (allow("s3:GetObject"), allow("s3:GetObject", "*"), True),
        (allow("s3:GetObject"), allow(["s3:GetObject", "s3:PutObject"]), False),
        (allow("s3:GetObject"), allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/x"), True),
        (allow("s3:GetObject"), {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, True),
        (allow("s3:GetObject", Condition={"StringEquals": {"aws:PrincipalTag/x": "a"}}), allow("s3:GetObject"), True),
        ({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}, {"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}, True),
        ({"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}, {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}, False),
        (allow("s3:GetObject"), '{"Statement"', True),
    ],
)  # fmt: skip
def test_a_policy_of_a_role_that_lets_through_more_is_refused(before: Any, after: Any, *, is_wider: bool) -> None:
    change = inline("p", before, before)
    change["change"]["after"]["policy"] = after if isinstance(after, str) else policy(after)["policy"]
    assert bool(wider(ROLE, change)) is is_wider


def test_a_refusal_shows_before_and_after_in_words() -> None:
    (found,) = refused(ROLE, inline("p", allow("s3:GetObject"), allow("s3:*", Sid="Much")))
    assert (found.consent, found.path) == ("widen:aws_iam_role_policy.p", ("policy",))
    assert found.reason == (
        "it may call s3:* on arn:aws:s3:::some/* (Much); before: it may call s3:GetObject on arn:aws:s3:::some/*"
    )
    assert (found.before, found.after) == (
        "it may call s3:GetObject on arn:aws:s3:::some/*",
        "it may call s3:* on arn:aws:s3:::some/*",
    )


def test_a_policy_that_moves_to_another_resource_is_no_more() -> None:
    old, new = inline("old", allow("s3:Get*"), None), inline("new", None, allow("s3:Get*"))
    assert refused(ROLE, old, new) == []


def test_a_denial_in_another_policy_of_the_same_role_still_denies() -> None:
    denial = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    old, new = inline("old", denial, None), inline("new", None, denial)
    assert refused(ROLE, old, new) == []
    assert "nothing denies any longer" in wider(ROLE, old)[0]


def test_a_policy_that_moves_to_another_role_is_more_there() -> None:
    other = same("aws_iam_role.o", {"name": "o", "id": "o"})
    moved = inline("p", allow("s3:Get*"), allow("s3:Get*"))
    moved["change"]["after"]["role"] = "o"
    assert consents(ROLE, other, moved) == ["widen:aws_iam_role_policy.p"]


def test_a_policy_of_what_goes_is_no_loss() -> None:
    gone = resource("aws_iam_role.r", {"name": "r", "id": "r"}, None)
    assert refused(gone, inline("p", {"Effect": "Deny", "Action": "*", "Resource": "*"}, None)) == []


# Resources


def test_everybody_under_a_condition_that_always_holds_is_everybody() -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*",
                 "Condition": {"Bool": {"aws:SecureTransport": "true"}}}  # fmt: skip
    mine = same("aws_s3_bucket_policy.mine", {"bucket": "b", **policy(DENY)})
    theirs = resource("aws_s3_bucket_policy.theirs", None, {"bucket": "b", **policy(everybody)})
    assert consents(BUCKET, mine, theirs) == [
        "widen:aws_s3_bucket_policy.theirs",
        "unprotect:aws_s3_bucket_policy.theirs",
    ]
    assert "anybody may call s3:GetObject" in wider(BUCKET, mine, theirs)[0]


def test_what_a_bucket_shows_of_its_policy_is_not_a_policy_of_its_own() -> None:
    shown = same("aws_s3_bucket.b", {"id": "b", "bucket": "b", **policy(DENY)})
    gone = resource("aws_s3_bucket_policy.p", {"bucket": "b", **policy(DENY)}, None)
    assert "nothing denies any longer" in wider(shown, gone)[0]
    inside = resource("aws_s3_bucket.b", {"bucket": "b", **policy(DENY)}, {"bucket": "b", **policy(allow("s3:*"))})
    assert "widen:aws_s3_bucket.b" in consents(inside)


def test_what_aws_fills_in_again_stays_as_it_is() -> None:
    change = resource("aws_s3_bucket.b", {"bucket": "b", **policy(DENY)}, {"bucket": "b"}, unknown={"policy": True})
    configured = {"mode": "managed", "type": "aws_s3_bucket", "name": "b", "expressions": {"bucket": {}}}
    assert refused(change, configuration={"root_module": {"resources": [configured]}}) == []
    assert consents(change) == ["widen:aws_s3_bucket.b"]


def test_an_endpoint_without_a_policy_lets_everything_through() -> None:
    bound = policy({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"})
    before = {"id": "vpce-1", "vpc_id": "vpc-1", **bound}
    assert wider(resource("aws_vpc_endpoint.e", before, {"id": "vpce-1", "vpc_id": "vpc-1"}))
    assert refused(same("aws_vpc_endpoint.e", before)) == []


def test_a_new_key_is_managed_by_its_account() -> None:
    root = {"Effect": "Allow", "Principal": {"AWS": ROOT_ARN}, "Action": "kms:*", "Resource": "*"}
    assert refused(resource("aws_kms_key.k", None, policy(root))) == []
    assert wider(resource("aws_kms_key.k", None, policy(root, root | {"Principal": {"AWS": OTHER_ARN}})))


def test_a_policy_in_any_attribute_of_any_resource_counts() -> None:
    def inside(action: str) -> MOST:
        return {"other": {"deep": [policy(allow(action))["policy"]]}, **policy(allow(action))}

    assert len(wider(resource("aws_new_thing.x", inside("s3:GetObject"), inside("s3:*")))) == 2
    assert wider(resource("aws_new_thing.x", policy(allow("s3:GetObject")), {}, unknown={"policy": True}))


def test_two_policies_that_belong_to_nobody_are_compared_each_with_itself() -> None:
    logs = {"Effect": "Allow", "Principal": {"Service": "es.amazonaws.com"}, "Action": "logs:PutLogEvents",
            "Resource": "arn:aws:logs:*:*:*"}  # fmt: skip

    def text(*statements: Any) -> MOST:
        return {"policy_name": "p", "policy_document": policy(*statements)["policy"]}

    assert refused(same("aws_cloudwatch_log_resource_policy.p", text(logs))) == []
    assert wider(resource("aws_cloudwatch_log_resource_policy.p", text(logs), text(logs | {"Principal": "*"})))


# Attached policies, boundaries, permissions of their own kind


def test_an_attached_policy_counts_for_the_role() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/own"
    made = same("aws_iam_policy.own", {"arn": arn, "name": "own", **policy(allow("s3:*", "*"))})
    attached = resource("aws_iam_role_policy_attachment.a", None, {"role": "r", "policy_arn": arn})
    assert consents(ROLE, made, attached) == ["widen:aws_iam_role_policy_attachment.a"]
    narrow = same("aws_iam_policy.own", {"arn": arn, "name": "own", **policy(allow("s3:GetObject"))})
    assert refused(ROLE, narrow, attached) == []
    assert wider(ROLE, attached), "what nobody sees may allow anything"


def test_a_policy_that_is_attached_and_not_known_yet_is_the_worst_but_for_one_of_this_plan() -> None:
    new = resource("aws_iam_policy.own", None, {"name": "own", **policy(allow("s3:GetObject"))}, unknown={"arn": True})
    attached = resource("aws_iam_role_policy_attachment.a", None, {"role": "r"}, unknown={"policy_arn": True})
    assert wider(ROLE, new, attached)
    refers = {"policy_arn": {"references": ["aws_iam_policy.own.arn", "aws_iam_policy.own"]}}
    configured = {"mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "a", "expressions": refers}
    assert refused(ROLE, new, attached, configuration={"root_module": {"resources": [configured]}}) == []


def test_policies_that_a_role_lists_count_too() -> None:
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    change = resource(
        "aws_iam_role.r", {"name": "r", "managed_policy_arns": []}, {"name": "r", "managed_policy_arns": [admin]}
    )
    assert consents(change) == ["widen:aws_iam_role.r"]


def test_a_boundary_that_goes_or_changes_is_refused() -> None:
    def role(arn: str | None, **more: Any) -> MOST:
        return resource(
            "aws_iam_role.r",
            {"name": "r", "permissions_boundary": "b"},
            {"name": "r", "permissions_boundary": arn},
            **more,
        )

    assert wider(role(None)) == ["changes the permissions boundary from b to none"]
    assert wider(role("c")) == ["changes the permissions boundary from b to c"]
    assert wider(role(None, unknown={"permissions_boundary": True})) == [
        "changes the permissions boundary from b to another"
    ]
    assert wider(role("b")) == []


@pytest.mark.parametrize(
    ("kind", "before", "after", "unknown", "reason"),
    [
        ("aws_lambda_permission", None, {"principal": "s3.amazonaws.com", "source_account": ACCOUNT}, {}, ""),
        ("aws_lambda_permission", None, {"principal": "sns.amazonaws.com", "source_arn": OWN_TOPIC}, {}, ""),
        ("aws_lambda_permission", None, {"principal": "s3.amazonaws.com"}, {}, "lets in s3.amazonaws.com, for whatever account"),
        ("aws_lambda_permission", None, {"principal": "s3.amazonaws.com", "source_account": "9" * 12}, {}, "for whatever account"),
        ("aws_lambda_permission", None, {"principal": "*"}, {}, "lets in everyone"),
        ("aws_lambda_permission", {"principal": "s3.amazonaws.com"}, {"principal": "sns.amazonaws.com"}, {}, "lets in sns"),
        ("aws_lambda_permission", {"principal": "x", "source_arn": "a"}, {"principal": "x"}, {}, "drops a condition, source_arn"),
        ("aws_kms_grant", None, {"grantee_principal": OTHER_ARN}, {}, "lets in arn"),
        ("aws_kms_grant", None, {}, {"grantee_principal": True}, "lets in somebody who is known only after apply"),
        ("aws_ami_launch_permission", None, {"group": "all"}, {}, "lets in everyone"),
        ("aws_iam_access_key", None, {"user": "u"}, {}, "opens a new way in: a key to act as it (user u)"),
    ],
)  # fmt: skip
def test_permissions_of_their_own_kind_are_judged(
    kind: str, before: Any, after: Any, unknown: MOST, reason: str
) -> None:
    found = wider(resource(f"{kind}.x", before, after, unknown=unknown))
    assert bool(found) is bool(reason), found
    assert not reason or reason in found[0]
    assert wider(resource(f"{kind}.x", after, None)) == []


def test_a_role_that_another_account_may_act_as_is_refused() -> None:
    def role(who: str) -> MOST:
        trust = {"Effect": "Allow", "Principal": {"AWS": who}, "Action": "sts:AssumeRole"}
        return {"name": "r", "id": "r", "assume_role_policy": policy(trust)["policy"]}

    # Terraform writes down what is known, too, where something beside it is not.
    unknown = {"assume_role_policy": False, "tags_all": True}
    change = resource("aws_iam_role.r", role(ROOT_ARN), role(OTHER_ARN), unknown=unknown)
    assert consents(change) == ["widen:aws_iam_role.r"]
    assert "999988887777" in wider(change)[0]


def test_a_policy_that_is_not_known_yet_and_goes_is_the_worst() -> None:
    gone = resource("aws_iam_policy.own", {"name": "own", "arn": "own", **policy(allow("s3:GetObject"))}, None)
    attached = resource("aws_iam_role_policy_attachment.a", None, {"role": "r"}, unknown={"policy_arn": True})
    refers = {"policy_arn": {"references": ["aws_iam_policy.own.arn", "aws_iam_policy.own"]}}
    other = {"mode": "managed", "type": "aws_iam_role", "name": "r", "expressions": {}}
    configured = {"mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "a", "expressions": refers}
    assert wider(ROLE, gone, attached, configuration={"root_module": {"resources": [other, configured]}})


def test_a_policy_in_a_list_that_is_not_known_yet_is_the_worst() -> None:
    after = {"name": "r", "managed_policy_arns": [None]}
    change = resource(
        "aws_iam_role.r", {"name": "r", "managed_policy_arns": []}, after, unknown={"managed_policy_arns": [True]}
    )
    assert consents(change) == ["widen:aws_iam_role.r"]


def test_a_policy_that_is_attached_to_many_is_judged_for_each() -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    new = resource("aws_iam_policy_attachment.a", None, {"name": "a", "roles": ["r", "theirs"], "policy_arn": arn})
    found = refused(ROLE, new)
    assert {each.kind for each in found} == {"widen", "foreign"}
    assert any("role theirs, which is not of this stack" in each.reason for each in found)


def test_a_text_like_a_policy_that_is_none_is_judged_as_what_it_is() -> None:
    def protected(name: str) -> MOST:
        return {"log_group_name": "g", "policy_document": json.dumps({"Name": name, "Statement": [{"Sid": name}]})}

    group = same("aws_cloudwatch_log_group.g", {"id": "g", "name": "g", "retention_in_days": 7})
    change = resource("aws_cloudwatch_log_data_protection_policy.d", protected("a"), protected("b"))
    assert consents(group, change) == ["unprotect:aws_cloudwatch_log_data_protection_policy.d"]


def test_an_endpoint_that_is_new_opens_nothing() -> None:
    everything = policy({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
    new = resource("aws_vpc_endpoint.e", None, {"service_name": "s3", **everything}, unknown={"id": True})
    assert refused(new) == []


# What a line of the spec asks for


def test_what_the_spec_asks_for_is_shown_and_what_it_does_not_is_refused() -> None:
    change = inline(
        "p", allow("s3:GetObject"), allow("ssm:GetParameters", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/app/key")
    )
    plan = parse_plan({"resource_changes": [ROLE, change]})

    def found(*texts: str) -> tuple[list[str], list[str]]:
        surroundings = Surroundings(ACCOUNT, spec_texts=lambda: frozenset(texts))
        said = findings(plan, Settings(), surroundings)
        return [each.consent for each in said.refusals], [each.consent for each in said.told]

    assert found("/app/key") == ([], ["widen:aws_iam_role_policy.p"])
    assert found("/app/other") == (["widen:aws_iam_role_policy.p"], [])


@pytest.mark.parametrize(
    ("action", "on", "is_asked"),
    [
        ("s3:GetObject", "arn:aws:s3:::named/*", True),
        ("s3:GetObject", "arn:aws:s3:::named/some/path/*", True),
        ("s3:GetObject", "arn:aws:s3:::theirs/*", False),
        ("s3:GetObject", "arn:aws:s3:::theirs/some/*", False),
        ("s3:GetObject", "arn:aws:s3:::theirs/named/*", False),
        ("s3:GetObject", "arn:aws:s3:::theirs/*/named", False),
        ("s3:PutObject", "arn:aws:s3:::theirs/named", False),
        (
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:theirs/named-??????",
            False,
        ),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:named-??????", True),
        ("ec2:DescribeVpcs", "*", True),
        ("ec2:CreateNetworkInterface", f"arn:aws:ec2:us-east-1:{ACCOUNT}:network-interface/*", True),
        ("codebuild:StartBuild", f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/*", False),
        ("codebuild:BatchGetBuilds", f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/named", True),
        # Who starts a build may say what it runs: the name of the project does not ask for that.
        ("codebuild:StartBuild", f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/named", False),
    ],
)
def test_a_line_of_the_spec_asks_for_what_it_names_and_for_no_other_bucket(
    action: str,
    on: str,
    is_asked: bool,  # noqa: FBT001
) -> None:
    plan = parse_plan({"resource_changes": [ROLE, inline("p", allow("s3:GetObject"), allow(action, on))]})
    said = findings(plan, Settings(), Surroundings(ACCOUNT, spec_texts=lambda: frozenset({"named"})))
    assert [each.consent for each in said.refusals] == ([] if is_asked else ["widen:aws_iam_role_policy.p"])
    assert [each.consent for each in said.told] == (["widen:aws_iam_role_policy.p"] if is_asked else [])


@pytest.mark.parametrize(
    ("name", "bound", "is_asked"),
    [("named", True, True), ("other", True, False), ("named", False, False)],
    ids=["a role that the spec names", "another role", "to any service"],
)
def test_a_new_role_hands_on_a_role_that_the_spec_names_to_the_service_it_names(
    name: str,
    bound: bool,  # noqa: FBT001
    is_asked: bool,  # noqa: FBT001
) -> None:
    to = {"Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}} if bound else {}
    hands_on = policy(allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/{name}", **to))
    role = resource("aws_iam_role.n", None, {"name": "n"}, unknown={"arn": True})
    its = resource("aws_iam_role_policy.n", None, {"name": "n", "role": "n", **hands_on})
    found = consents(role, its, surroundings={"spec_texts": lambda: frozenset({"named"})})
    assert found == ([] if is_asked else ["widen:aws_iam_role_policy.n"])


def test_another_account_is_refused_on_what_exists_also_where_the_spec_names_it() -> None:
    def pull(account: str) -> MOST:
        who = {"AWS": f"arn:aws:iam::{account}:root"}
        return {"repository": "x", **policy({"Effect": "Allow", "Principal": who, "Action": "ecr:BatchGetImage"})}

    named = {"spec_texts": lambda: frozenset({"999988887777"})}
    there = same("aws_ecr_repository.x", {"name": "x", "arn": f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/x"})
    change = resource("aws_ecr_repository_policy.p", pull(ACCOUNT), pull("999988887777"))
    assert consents(there, change, surroundings=named) == ["widen:aws_ecr_repository_policy.p"]
    new = resource("aws_ecr_repository.x", None, {"name": "x"})
    made = resource("aws_ecr_repository_policy.p", None, pull("999988887777"))
    assert refused(new, made, surroundings=named) == []
    assert consents(new, made) == ["widen:aws_ecr_repository_policy.p"]


# What is not known yet


TEXT = """
data "aws_iam_policy_document" "p" {
  statement {
    sid       = "Read"
    actions   = %(actions)s
    resources = %(resources)s
    %(more)s
  }
}

resource "aws_s3_bucket" "new" {
  bucket_prefix = "x"
}

resource "aws_iam_role_policy" "p" {
  name   = "p"
  role   = "r"
  policy = %(policy)s
}
"""
PLAIN = {
    "actions": '["s3:GetObject"]',
    "resources": '["${aws_s3_bucket.new.arn}/*"]',
    "policy": "data.aws_iam_policy_document.p.json",
    "more": "",
}


def deferred(folder: Path, statement: MOST, unknown: MOST, **text: str) -> list[str]:
    (folder / "main.tf").write_text(TEXT % (PLAIN | text))
    new = resource("aws_s3_bucket.new", None, {}, unknown={"arn": True, "bucket": True})
    data = resource("data.aws_iam_policy_document.p", None, {"statement": [{"sid": "Read", **statement}]},
                    unknown={"statement": [unknown]}, mode="data", actions=["read"])  # fmt: skip
    change = inline("p", allow("s3:GetObject"), None)
    change["change"] |= {"after": {"name": "p", "role": "r"}, "after_unknown": {"policy": True}, "actions": ["update"]}
    return wider(ROLE, new, data, change, surroundings={"configuration": folder})


ACTIONS = {"actions": ["s3:GetObject"]}


def test_a_name_that_is_certain_to_be_that_of_a_new_resource_is_known(tmp_path: Path) -> None:
    assert deferred(tmp_path, ACTIONS, {"resources": True}) == []
    assert deferred(tmp_path, ACTIONS | {"resources": [None]}, {"resources": [True]}) == []


def test_a_condition_on_such_a_name_is_known_too(tmp_path: Path) -> None:
    more = 'condition {\n test = "ArnEquals"\n variable = "aws:SourceArn"\n values = [aws_s3_bucket.new.arn]\n }'
    condition = {"test": "ArnEquals", "variable": "aws:SourceArn"}
    statement = ACTIONS | {"resources": ["arn:aws:s3:::some/*"], "condition": [condition]}
    assert deferred(tmp_path, statement, {"condition": [{"values": True}]}, more=more) == []
    number = statement | {"condition": [condition | {"test": "NumericLessThan"}], "resources": ["arn:aws:s3:::else/*"]}
    assert deferred(tmp_path, number, {"condition": [{"values": True}]}, more=more)


@pytest.mark.parametrize(
    ("statement", "unknown", "text"),
    [
        ({"resources": ["*"]}, {"actions": True}, {"actions": "terraform_data.x.output"}),
        (ACTIONS, {"resources": True}, {"resources": '["${aws_s3_bucket.new.arn}*"]'}),
        (ACTIONS, {"resources": True}, {"resources": '[replace(aws_s3_bucket.new.arn, "a", "b")]'}),
        (ACTIONS, {"resources": True}, {"resources": "[aws_s3_bucket.other.arn]"}),
        (ACTIONS, {"resources": True}, {"policy": 'replace(data.aws_iam_policy_document.p.json, "Get", "*")'}),
        (ACTIONS, {"resources": True}, {"policy": "data.aws_iam_policy_document.other.json"}),
        (ACTIONS, {"effect": True}, {}),
    ],
    ids=["actions", "half a name", "a function", "of another plan", "a changed document", "another document", "the effect"],
)  # fmt: skip
def test_whatever_else_is_not_known_counts_as_the_worst(
    tmp_path: Path, statement: MOST, unknown: MOST, text: dict[str, str]
) -> None:
    assert deferred(tmp_path, statement, unknown, **text)


def test_a_document_that_is_wholly_unknown_is_the_worst() -> None:
    data = resource(
        "data.aws_iam_policy_document.p", None, {}, unknown={"statement": True}, mode="data", actions=["read"]
    )
    change = inline("p", allow("s3:GetObject"), None)
    change["change"] |= {"after": {"name": "p", "role": "r"}, "after_unknown": {"policy": True}, "actions": ["update"]}
    refers = {"policy": {"references": ["data.aws_iam_policy_document.p.json", "data.aws_iam_policy_document.p"]}}
    configured = {"mode": "managed", "type": "aws_iam_role_policy", "name": "p", "expressions": refers}
    assert wider(ROLE, data, change, configuration={"root_module": {"resources": [configured]}})
    refers["policy"]["references"].append("var.suffix")
    assert wider(ROLE, data, change, configuration={"root_module": {"resources": [configured]}})


# Made anew


def test_a_policy_of_what_is_made_anew_under_another_name_says_the_same() -> None:
    arn = f"arn:aws:sns:us-east-1:{ACCOUNT}:"

    def text(name: str) -> str:
        deny = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": f"{arn}{name}",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}}}  # fmt: skip
        return json.dumps({"Version": "2012-10-17", "Statement": [deny]})

    topic = resource("aws_sns_topic.t", {"name": "old", "arn": f"{arn}old", "id": f"{arn}old"}, {"name": "new"},
                     unknown={"arn": True, "id": True}, actions=["delete", "create"], replace_paths=[["name"]])  # fmt: skip
    refers = {"arn": {"references": ["aws_sns_topic.t.arn", "aws_sns_topic.t"]}, "policy": {}}
    configured = {"mode": "managed", "type": "aws_sns_topic_policy", "name": "p", "expressions": refers}
    configuration = {"root_module": {"resources": [configured]}}
    change = resource("aws_sns_topic_policy.p", {"arn": f"{arn}old", "policy": text("old")}, {"policy": text("new")},
                      unknown={"arn": True}, actions=["delete", "create"])  # fmt: skip
    assert consents(topic, change, configuration=configuration) == ["replace:aws_sns_topic.t"]
    change["change"]["after"]["policy"] = text("other")
    assert "widen:aws_sns_topic_policy.p" in consents(topic, change, configuration=configuration)
