"""One environment of a fleet: what was rendered for it, as far as terraform reads it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from generator.terraform import lockfile
from generator.terraform.scratch import relative_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.workspace import Workspace

_READ: Final = (".tf", ".tf.json", ".tpl", ".json", ".yml", ".yaml")
# What only `terraform test` reads.
_TESTS: Final = (".tftest.json", ".tfmock.json")
MODULES: Final = "modules/"
_BLOCK: Final = re.compile(r'^\s*(?:resource|data|ephemeral)\s+"([^"]+)"', re.MULTILINE)
ANYWHERE: Final = "anywhere"
# What the provider plans the same in every region, as tests show that plan them in another than their own.
REGIONLESS: Final = frozenset(
    {
        *("aws_budgets_budget", "aws_cloudwatch_dashboard", "aws_cloudwatch_event_rule", "aws_cloudwatch_event_target"),
        *("aws_cloudwatch_metric_alarm", "aws_sns_topic", "aws_sns_topic_policy", "aws_sns_topic_subscription"),
        *("aws_sqs_queue", "aws_sqs_queue_policy"),
        *("aws_cloudwatch_log_group", "aws_codebuild_project", "aws_iam_policy_document", "aws_iam_role"),
        *("aws_iam_role_policy", "aws_kms_alias", "aws_kms_key", "aws_s3_bucket"),
        *("aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_logging", "aws_s3_bucket_policy"),
        *("aws_s3_bucket_ownership_controls", "aws_s3_bucket_public_access_block"),
        *("aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_versioning"),
    }
)
_ELSEWHERE: Final = re.compile(r'^\s*module\s+"[^"]+"\s*\{(?!\s*source\s*=\s*"\./)', re.MULTILINE)
_PARTITIONED: Final = ("cn-", "us-gov-", "us-iso", "eu-iso")


@dataclass(frozen=True)
class Member:
    """An environment to be planned with others.

    Attributes:
        name: of the environment.
        account: twelve digits.
        region: of its resources.
        files: rendered text by path, with `/`.
        lock: text of the user's dependency lock file, "" for none.
    """

    name: str
    account: str
    region: str
    files: Mapping[str, str]
    lock: str = ""

    @property
    def call(self) -> str:
        """What the fleet's root calls it: its name, made an identifier of Terraform."""
        return self.name if self.name[0].isalpha() else f"_{self.name}"

    @cached_property
    def types(self) -> list[str]:
        """The type of each resource and data source in its text."""
        return [kind for text in self.files.values() for kind in _BLOCK.findall(text)]

    @cached_property
    def provider(self) -> str:
        """The provider that it is planned with: of its region, or one for all where the region changes no plan.

        Each provider of a batch is started twice, takes two seconds of CPU for that, and a quarter of a gigabyte.
        """
        if self.region.startswith(_PARTITIONED) or not REGIONLESS.issuperset(self.types):
            return self.region
        # What is not plain text of ours may hold what we do not see.
        opaque = any(path.endswith(".tf.json") or _ELSEWHERE.search(text) for path, text in self.files.items())
        return self.region if opaque else ANYWHERE

    @cached_property
    def digest(self) -> str:
        """Digest of all that its plan depends on, but for the programs."""
        digest = hashlib.sha256()
        for part in (self.name, self.account, self.region, self.lock):
            digest.update(part.encode() + b"\0")
        for path, text in sorted(self.files.items()):
            digest.update(f"{path}\0{len(text)}\0{text}".encode())
        return digest.hexdigest()


def member_of(workspace: Workspace, name: str, *, account: str, region: str, files: Mapping[str, str]) -> Member:
    """Make a member of rendered text, with the lock file that lies beside the modules in the workspace.

    Args:
        workspace: where the environment belongs.
        name: of the environment.
        account: twelve digits.
        region: of its resources.
        files: rendered text by path; documents for people are left out.
    """
    lock = workspace.modules_out / name / lockfile.NAME
    text = lock.read_text("utf-8") if lock.is_file() else ""
    return Member(name, account, region, {path: text for path, text in files.items() if _is_read(path)}, text)


def read_member(workspace: Workspace, name: str, *, account: str, region: str) -> Member:
    """Make a member of the modules that lie in the workspace."""
    folder = workspace.modules_out / name
    paths = [path for path in relative_files(folder) if _is_read(path)]
    files = {path: (folder / path).read_text("utf-8") for path in paths}
    return member_of(workspace, name, account=account, region=region, files=files)


def _is_read(path: str) -> bool:
    # Our manifest is a dot file; terraform takes no notice of those either.
    return path.endswith(_READ) and not path.endswith(_TESTS) and not path.rpartition("/")[2].startswith(".")
