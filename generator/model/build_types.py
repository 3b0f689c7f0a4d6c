"""Scalar types of a build: what its sources, files, reports and file systems may be called."""

from __future__ import annotations

from typing import Annotated

from generator.model.types import Text

# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html
SourceIdentifier = Annotated[
    str, Text(r"[A-Za-z_][A-Za-z0-9_]*", "letters, digits and underscores, with no digit first", longest=127)
]
ReportName = Annotated[
    str,
    Text(
        r"[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*",
        "letters, digits and single hyphens or underscores, a letter first",
        longest=40,
    ),
]
FormerReport = Annotated[
    str,
    Text(
        r"(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*/)?[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*",
        "the name of a report, or a build and its report, such as main/unit",
        longest=71,
    ),
]
# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateReportGroup.html
ReportGroupName = Annotated[
    str, Text(r"[A-Za-z0-9][A-Za-z0-9_-]+", "letters, digits, hyphens and underscores", longest=128, shortest=2)
]
FilePattern = Annotated[
    str, Text(r"(?!/)[ -~]+", "a pattern of paths below the source, in ASCII and on one line", longest=1024)
]
CachePath = Annotated[
    str, Text(r"[!-~]+", "a pattern of paths, such as /root/.npm/**/* or node_modules/**/*", longest=1024)
]
ArtifactName = Annotated[
    str, Text(r"(?!/)[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*", "the name of a file or folder in a bucket", longest=128)
]
FolderName = Annotated[
    str,
    Text(
        r"[A-Za-z0-9_.-]*[A-Za-z0-9_-](?:/[A-Za-z0-9_.-]*[A-Za-z0-9_-])*",
        "a folder in a bucket, without a slash at either end",
        longest=200,
    ),
]
ComputedName = Annotated[
    str,
    Text(r"(?!/)[!-~](?:[ -~]*[!-~])?", "a name in ASCII and on one line, such as shop-$(date +%F).zip", longest=128),
]
ObjectPath = Annotated[
    str,
    Text(
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[A-Za-z0-9_.!*'()/-]*[A-Za-z0-9_]",
        "the bucket and key of an object in S3, such as bucket/folder/file",
        longest=960,
    ),
]
FileSystemId = Annotated[str, Text(r"fs-[0-9a-f]{8,40}", "the ID of an EFS file system", longest=43)]
MountPath = Annotated[
    str, Text(r"/(?:[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*)?", "an absolute path, such as /mnt/cache", longest=255)
]
