"""From what a spec permits to the statements of a role, with the smallest set of actions that does the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.parts.framework.contribution import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model.names import Names
    from generator.model.rules.finding import Path
    from generator.parts.access.permissions.section import Buckets, Permissions, Repositories, Tables

_PULL: Final = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_PUSH: Final = (
    *_PULL,
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)
_DEPLOY_FUNCTION: Final = (
    *("lambda:CreateAlias", "lambda:GetAlias", "lambda:GetFunction", "lambda:GetFunctionConfiguration"),
    *("lambda:ListVersionsByFunction", "lambda:PublishVersion", "lambda:UpdateAlias", "lambda:UpdateFunctionCode"),
)
_READ_TABLE: Final = (
    *("dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable", "dynamodb:GetItem"),
    *("dynamodb:Query", "dynamodb:Scan"),
)
_WRITE_TABLE: Final = (
    *("dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:PutItem"),
    "dynamodb:UpdateItem",
)
# Names of the statements that short words make; a statement of the user's own has another.
RESERVED: Final = frozenset(
    {
        *("AssumeRoles", "DecryptWithKeys", "DeleteObjects", "DeployFunctions", "EncryptWithKeys", "FindBuckets"),
        *("InvalidateDistributions", "ListBuckets", "PullImages", "PushImages", "ReadObjects", "ReadTables"),
        *("SignInToRegistry", "WriteObjects", "WriteTables"),
    }
)
LISTING: Final = "ListFolders"


def statements(own: Permissions | None, names: Names, at: Path, build: str) -> list[Permission]:
    """Return the statements that permissions come to.

    Args:
        own: what the spec permits; None for nothing.
        names: names and ARNs of the environment.
        at: key of `own` in the spec.
        build: key of the build whose role it is; "" for the pipeline's.
    """
    if own is None:
        return []
    return [
        Permission(build, sid, tuple(sorted(set(actions))), tuple(sorted(set(resources))), (*at, key), conditions)
        for sid, actions, resources, key, conditions in _all(own, names)
        if resources
    ] + [
        Permission(
            build,
            sid,
            tuple(sorted(set(each.actions))),
            tuple(sorted(set(each.resources))),
            (*at, "statements", sid),
            {test: {key: tuple(values) for key, values in keys.items()} for test, keys in each.conditions.items()},
        )
        for sid, each in sorted(own.statements.items())
    ]


_Draft = tuple[str, "Iterable[str]", list[str], str, "dict[str, dict[str, tuple[str, ...]]] | None"]


def _all(own: Permissions, names: Names) -> Iterator[_Draft]:
    yield from _buckets(own.buckets, names)
    yield from _repositories(own.repositories, names)
    functions = [_arn(each, names, "lambda", "function:") for each in own.functions]
    yield "DeployFunctions", _DEPLOY_FUNCTION, [*functions, *(f"{each}:*" for each in functions)], "functions", None
    invalidated = [names.global_arn("cloudfront", f"distribution/{each}") for each in own.distributions]
    invalidation = ("cloudfront:CreateInvalidation", "cloudfront:GetInvalidation")
    yield "InvalidateDistributions", invalidation, invalidated, "distributions", None
    yield from _tables(own.tables, names)
    yield "DecryptWithKeys", ("kms:Decrypt", "kms:DescribeKey"), own.keys.decrypt, "keys", None
    encryption = ("kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")
    yield "EncryptWithKeys", encryption, own.keys.encrypt, "keys", None
    yield "AssumeRoles", ("sts:AssumeRole",), own.assume_roles, "assume_roles", None


def _buckets(own: Buckets, names: Names) -> Iterator[_Draft]:
    places = [*own.read, *own.write, *own.sync]
    whole = {each for each in places if "/" not in each}
    folders: dict[str, list[str]] = {}
    for each in sorted(set(places) - whole):
        bucket, _, folder = each.partition("/")
        if bucket not in whole:
            folders.setdefault(bucket, []).append(folder)
    found = sorted({each.partition("/")[0] for each in places})
    objects = {
        kind: [names.object_arn(f"{each}/*") for each in getattr(own, kind)] for kind in ("read", "write", "sync")
    }
    yield "FindBuckets", ("s3:GetBucketLocation",), [names.object_arn(each) for each in found], "buckets", None
    yield "ListBuckets", ("s3:ListBucket",), [names.object_arn(each) for each in whole], "buckets", None
    for number, (bucket, below) in enumerate(folders.items(), 1):
        prefixes = tuple(text for folder in below for text in (folder, f"{folder}/*"))
        listed = {"StringLike": {"s3:prefix": prefixes}}
        yield f"{LISTING}{number}", ("s3:ListBucket",), [names.object_arn(bucket)], "buckets", listed
    yield "ReadObjects", ("s3:GetObject", "s3:GetObjectVersion"), objects["read"], "buckets", None
    written = [*objects["write"], *objects["sync"]]
    yield "WriteObjects", ("s3:AbortMultipartUpload", "s3:PutObject"), written, "buckets", None
    yield "DeleteObjects", ("s3:DeleteObject",), objects["sync"], "buckets", None


def _repositories(own: Repositories, names: Names) -> Iterator[_Draft]:
    pulled = [_arn(each, names, "ecr", "repository/") for each in own.pull]
    pushed = [_arn(each, names, "ecr", "repository/") for each in own.push]
    # One token for the whole registry: ECR takes no resource here. What it opens, the next statements say.
    everything = ["*"] if pulled or pushed else []
    yield "SignInToRegistry", ("ecr:GetAuthorizationToken",), everything, "repositories", None
    yield "PullImages", _PULL, pulled, "repositories", None
    yield "PushImages", _PUSH, pushed, "repositories", None


def _tables(own: Tables, names: Names) -> Iterator[_Draft]:
    read = [_arn(each, names, "dynamodb", "table/") for each in own.read]
    written = [_arn(each, names, "dynamodb", "table/") for each in own.write]
    yield "ReadTables", _READ_TABLE, [*read, *(f"{each}/index/*" for each in read)], "tables", None
    yield "WriteTables", _WRITE_TABLE, written, "tables", None


def _arn(name: str, names: Names, service: str, kind: str) -> str:
    return name if name.startswith("arn:") else names.arn(service, f"{kind}{name}")
