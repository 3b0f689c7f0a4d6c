"""What a name may be long is what AWS's own descriptions of its calls say, where they say it."""

from __future__ import annotations

import pytest
from botocore.session import get_session

from generator.aws.limits import NAME_LENGTHS
from generator.parts.framework.claim_kinds import KINDS

DESCRIBED = {
    "alarm": ("cloudwatch", "PutMetricAlarm", "AlarmName"),
    "alias": ("kms", "CreateAlias", "AliasName"),
    "budget": ("budgets", "CreateBudget", "Budget.BudgetName"),
    "fleet": ("codebuild", "CreateFleet", "name"),
    "log-group": ("logs", "CreateLogGroup", "logGroupName"),
    "permission": ("lambda", "AddPermission", "StatementId"),
    "pipeline": ("codepipeline", "CreatePipeline", "pipeline.name"),
    "policy": ("iam", "CreatePolicy", "PolicyName"),
    "project": ("codebuild", "CreateProject", "name"),
    "report-group": ("codebuild", "CreateReportGroup", "name"),
    "repository": ("ecr", "CreateRepository", "repositoryName"),
    "role": ("iam", "CreateRole", "RoleName"),
    "rule": ("events", "PutRule", "Name"),
    "schedule": ("scheduler", "CreateSchedule", "Name"),
    "schedule-group": ("scheduler", "CreateScheduleGroup", "Name"),
    "secret": ("secretsmanager", "CreateSecret", "Name"),
}


@pytest.mark.parametrize("kind", DESCRIBED)
def test_a_name_may_be_as_long_as_the_call_takes_it(kind: str) -> None:
    service, operation, member = DESCRIBED[kind]
    shape = get_session().get_service_model(service).operation_model(operation).input_shape
    for step in member.split("."):
        shape = shape.members[step]

    assert NAME_LENGTHS[kind] == shape.metadata["max"]


def test_lengths_are_of_kinds_that_parts_claim() -> None:
    assert set(NAME_LENGTHS) <= set(KINDS)
