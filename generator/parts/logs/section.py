"""The logs of the builds."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from generator.model.section import Section
from generator.model.types import RetentionDays

# What `mask_credentials` masks.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protect-sensitive-log-data-types-credentials.html
CREDENTIALS: Final = ("AwsSecretKey", "OpenSshPrivateKey", "PgpPrivateKey", "PkcsPrivateKey", "PuttyPrivateKey")


class Logs(Section):
    """CloudWatch Logs of the builds."""

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
