"""The logs of the builds."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from pydantic import Field

from generator.model.name_patterns import LogGroupPattern
from generator.model.section import Replaceable, Section
from generator.model.types import RetentionDays

# What `mask_credentials` masks.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protect-sensitive-log-data-types-credentials.html
CREDENTIALS: Final = ("AwsSecretKey", "OpenSshPrivateKey", "PgpPrivateKey", "PkcsPrivateKey", "PuttyPrivateKey")


class ExistingLogs(Section):
    """Log groups that are there already, and may be others' as well; nothing of them is changed."""

    group: LogGroupPattern = Field(
        description="Name of the log group; with `@{build}`, which stands for the name of the build, each build has "
        "its own. A build's `names.log_group` goes before it.",
        examples=["/acme/builds"],
    )


class Logs(Replaceable):
    """CloudWatch Logs of the builds: log groups that the stack makes, or that exist."""

    names_existing: ClassVar[str] = "existing"
    # A class says this of every group that the stack makes.
    unread: ClassVar[dict[str, object]] = {"retention_days": 1}

    group: Literal["stack", "project"] = Field(
        default="stack",
        description="Whether all builds share a log group, `/aws/codebuild/<stack>-<environment>`, or each project "
        "has its own, by the name that CodeBuild itself gives it: `/aws/codebuild/<project>`. A group that all builds "
        "shared before is released, not deleted.",
    )
    existing: ExistingLogs | None = Field(
        default=None, description="Log groups that exist, in place of those that the stack makes."
    )

    retention_days: RetentionDays = Field(description="Days for which log events are kept.", examples=[7])
    log_class: Literal["STANDARD", "INFREQUENT_ACCESS"] = Field(
        default="STANDARD",
        description="Class of the log group. INFREQUENT_ACCESS costs half to write and has no metric filters, no live "
        "tail and no masking; changing it replaces the group.",
    )
    mask_credentials: bool = Field(
        default=False,
        description="Whether AWS secret keys and private keys that a build prints are masked in its log; AWS charges "
        "for each GB that it scans.",
    )
