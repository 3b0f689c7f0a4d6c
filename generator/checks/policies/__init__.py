"""Rules of a workspace's own on its plans: Python and Rego files in `policies/`, see docs/policies.md.

from generator.checks.policies import Plan, Problem, rule

@rule
def buckets_have_owners(plan: Plan) -> Iterator[Problem]:
    for bucket in plan.of_type("aws_s3_bucket"):
        if not bucket.get("tags.Owner"):
            yield bucket.problem("has no owner", path="tags.Owner")
"""

from generator.checks.policies.model import Change, Origin, Plan, Problem
from generator.checks.policies.rule import Level, Rule, rule

__all__ = ["Change", "Level", "Origin", "Plan", "Problem", "Rule", "rule"]
