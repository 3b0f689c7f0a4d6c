"""Documents of plans that are written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guard_plans import ACCOUNT, policy, resource

from generator.plans.plan import parse_plan
from generator.refusal import Refusal
from generator.reports.plan.assembly import Knowledge, Planned, document
from generator.reports.plan.document import Environment, Verdict

if TYPE_CHECKING:
    from generator.reports.plan.document import Change, Document
    from generator.reports.plan.values.difference import Difference

ATTACK = "</script><img src=x onerror=alert(1)>`````\n# heading\x1b[31m\u202e|\u2028"
LONG = 'module.builds.aws_codebuild_project.this["a-build-with-a-name-that-is-really-quite-long"]'
THERE = resource("aws_iam_role.there", {"name": "there"}, {"name": "there"}, actions=["no-op"])


def planned(
    name: str,
    *resources: dict[str, Any],
    stack: str = "shop",
    environment_class: str = "dev",
    refusals: tuple[Refusal, ...] = (),
    **raw: Any,
) -> Planned:
    """Plan an environment that exists."""
    plan = parse_plan({"resource_changes": [THERE, *resources], **raw})
    about = Environment(name, stack, environment_class, ACCOUNT, "us-east-1", Verdict.NOTHING)
    return Planned(about, plan, not plan.is_empty, refusals)


def document_of(*environments: Planned, mode: str = "offline", seconds: dict[str, float] | None = None) -> Document:
    return document(environments, Knowledge(seconds=seconds or {}), mode=mode)


def only(*resources: dict[str, Any], **more: Any) -> Change:
    """Return the one change of one environment."""
    (environment,) = document_of(planned("dev", *resources, **more)).environments
    (change,) = environment.changes
    return change


def differences(before: Any, after: Any, **more: Any) -> tuple[Difference, ...]:
    return only(resource("module.x.aws_thing.this", before, after, **more)).differences


def everything() -> Document:
    """Return a document with every kind of change in it."""
    bucket = resource("module.x.aws_s3_bucket.b", {"bucket": "a"}, {"bucket": "b"}, actions=["delete", "create"])
    bucket["change"]["replace_paths"] = [["bucket"]]
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{ATTACK}"}
    refusal = Refusal("replace", "module.x.aws_s3_bucket.b", "would be replaced", ("bucket",), origins=("a.yaml:1:2",))
    dev = planned(
        "dev",
        resource(LONG, {"a": 1, "text": "1\n2", "l": ["a", "b"]}, {"a": ATTACK, "text": "1\n3", "l": ["b", "c"]}),
        resource("module.x.aws_iam_role_policy.p", {"role": "r", **policy()}, {"role": "r", **policy(statement)}),
        resource("module.x.aws_y.new", None, {"a": {"b": 1}, "c": None}, unknown={"c": True}),
        resource("module.x.aws_y.gone", {"a": 1}, None),
        bucket,
        refusals=(refusal,),
        resource_drift=[resource("module.x.aws_y.o", {"a": 1}, {"a": 2})],
    )
    return document_of(dev, planned("quiet"), planned("other", stack=ATTACK.strip()))


def many(count: int) -> Document:
    """Return a document of environments that all differ, and are refused."""
    found: list[Any] = []
    for number in range(count):
        address = f"module.x.aws_s3_bucket.b{number % 40}"
        changes = [
            resource(f"module.x.aws_y.a{each}", {"v": "x"}, {"v": f"{number} {each} {'ü' * 80}"}) for each in range(20)
        ]
        gone = resource(address, {"bucket": "b"}, None)
        refusal = Refusal("delete", address, f"would delete what {number} holds", before="objects", after="nothing")
        found.append(planned(f"environment-{number}", gone, *changes, refusals=(refusal,)))
    return document_of(*found)
