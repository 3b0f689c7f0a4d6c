"""The regions of AWS that a stack can be in."""

from __future__ import annotations

from typing import Final

# Those of the partitions aws, aws-cn and aws-us-gov that the AWS provider 5.100.0 takes; others it refuses too, but not
# before it plans. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
REGIONS: Final = (
    *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
    *("ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
    *("ap-southeast-7", "ca-central-1", "ca-west-1", "cn-north-1", "cn-northwest-1", "eu-central-1", "eu-central-2"),
    *("eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1"),
    *("me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1"),
    *("us-west-1", "us-west-2"),
)
PARTITIONS: Final = {"cn": "aws-cn", "us-gov": "aws-us-gov"}


def partition_of(region: str) -> str:
    """Return the partition of AWS that a region belongs to: `aws`, `aws-cn` or `aws-us-gov`."""
    return next((name for start, name in PARTITIONS.items() if region.startswith(f"{start}-")), "aws")
