"""Network file systems of a build."""

from __future__ import annotations

from pydantic import Field

from generator.model.addresses import SecurityGroupId
from generator.model.build_types import FileSystemId, MountPath
from generator.model.section import Section


class FileSystem(Section):
    """An existing EFS file system that the build mounts; it must be reachable from the build's VPC."""

    id: FileSystemId = Field(description="The file system.", examples=["fs-0123456789abcdef0"])
    directory: MountPath = Field(default="/", description="Directory of it to mount.", examples=["/builds"])
    mount_point: MountPath = Field(description="Where the build finds it.", examples=["/mnt/cache"])
    mount_options: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        pattern=r"^[a-z0-9=,._-]+$",
        description="Options of the mount; by default those that EFS advises.",
        examples=["nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2"],
    )
    security_group_id: SecurityGroupId | None = Field(
        default=None,
        description="Security group of its mount targets: the builds' group, which the stack makes, then lets TCP 2049 "
        "out to that one alone. By default it does so to the VPC that the stack makes, or to all private addresses. "
        "The mount targets must let it in.",
        examples=["sg-0a1b2c3d4e5f67890"],
    )
