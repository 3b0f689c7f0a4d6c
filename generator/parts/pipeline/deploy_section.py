"""Where a pipeline takes what it built."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generator.model.arns import RoleArn
from generator.model.section import Section
from generator.model.types import (
    BucketName,
    BuildName,
    CapabilityName,
    CloudFormationName,
    ClusterName,
    Duration,
    KeyArn,
    ObjectKey,
    RelativePath,
)


class BucketDeployment(Section):
    """Files of the artifact into a bucket that exists."""

    bucket: BucketName = Field(description="Bucket that receives them.", examples=["acme-shop-site"])
    key: ObjectKey | None = Field(
        default=None, description="Folder in the bucket; with `extract: false` the object's key.", examples=["site"]
    )
    extract: bool = Field(default=True, description="Whether the artifact is unpacked.")
    cache_control: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Cache-Control of the objects.",
        examples=["max-age=300"],
    )
    kms_key: KeyArn | None = Field(
        default=None,
        description="Key that encrypts the bucket, where that is not AWS's own: the objects are encrypted with it.",
        examples=["arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"],
    )


class ServiceDeployment(Section):
    """A rolling update of an ECS service that exists."""

    cluster: ClusterName = Field(description="Cluster of the service.", examples=["shop"])
    service: ClusterName = Field(description="Service that is updated.", examples=["api"])
    task_family: ClusterName | None = Field(
        default=None, description="Family of its task definitions; by default the service's name."
    )
    task_roles: list[RoleArn] = Field(
        default_factory=list,
        description="Roles that the task definition names: the pipeline may pass these and no others.",
        examples=[["arn:aws:iam::111122223333:role/shop-api-task"]],
    )
    file: RelativePath = Field(
        default="imagedefinitions.json", description="File of the artifact with containers and images."
    )
    timeout: Annotated[int, Duration("1m", "1h")] = Field(
        default=30, description="How long the service may take to be steady."
    )


class StackDeployment(Section):
    """A CloudFormation stack, made or updated from a template in the artifact."""

    name: CloudFormationName = Field(description="Name of the stack.", examples=["shop-api"])
    role: RoleArn = Field(
        description="Role that CloudFormation uses; the pipeline itself can change nothing but the stack.",
        examples=["arn:aws:iam::111122223333:role/shop-cloudformation"],
    )
    template: RelativePath = Field(default="template.yml", description="Template in the artifact.")
    configuration: RelativePath | None = Field(
        default=None, description="File of the artifact with parameters, tags and stack policy.", examples=["prod.json"]
    )
    capabilities: list[CapabilityName] = Field(
        default_factory=list, description="What the template may do beyond the usual."
    )


class Deploy(Section):
    """The last stage of the pipeline: exactly one of `build`, `bucket`, `service` and `stack`."""

    artifact: BuildName | None = Field(
        default=None, description="Build whose artifact is deployed; by default the last one, where it is alone."
    )
    build: BuildName | None = Field(
        default=None, description="Another build, which deploys with its own commands.", examples=["deploy"]
    )
    bucket: BucketDeployment | None = Field(default=None, description="Deploys files to S3.")
    service: ServiceDeployment | None = Field(default=None, description="Deploys a container to ECS.")
    stack: StackDeployment | None = Field(default=None, description="Deploys a CloudFormation stack.")
    on_failure: Literal["fail", "retry", "rollback"] = Field(
        default="fail",
        description="What follows a failure: nothing, one more try, or the last execution that succeeded.",
    )
