"""One environment of a fleet: what was rendered for it, as far as terraform reads it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.fleet.literals import part
from generator.terraform import lockfile
from generator.terraform.outer_modules import outer_modules
from generator.terraform.scratch import relative_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.fleet.literals import Parted
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
_REQUIRED: Final = re.compile(r'^\s*version\s*=\s*"([^"]+)"$', re.MULTILINE)
_HEADER: Final = re.compile(r"\A#[^\n]*\n")
_ROOT_ONLY: Final = frozenset({"providers.tf", "backend.tf", "imports.tf"})
_CONFIGURED: Final = re.compile(r'^\s*provider\s+"', re.MULTILINE)
# With these, what terraform reads for one instance of a module may wait for changes of another.
_WAITS: Final = re.compile(r'^(?:data|module)\s+"(?:(?!^\}).)*?\bdepends_on\b', re.MULTILINE | re.DOTALL)
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
        return [kind for text in self.files.values() for kind in _types_in(text)]

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

    @property
    def providers(self) -> tuple[str, ...]:
        """What decides on the versions of its providers: one terraform has one answer for all that it plans."""
        return (self.lock, *_REQUIRED.findall(self.files.get("versions.tf", "")))

    @cached_property
    def root(self) -> dict[str, str]:
        """Text of its root by path, without what only a root may have: backend and provider."""
        return {path: text for path, text in self.files.items() if path not in _ROOT_ONLY and not _is_below(path)}

    @cached_property
    def modules(self) -> dict[str, dict[str, str]]:
        """Files of each of its modules, by name of the module and path in it."""
        modules: dict[str, dict[str, str]] = {}
        for path in filter(_is_below, self.files):
            module, _, rest = path.removeprefix(MODULES).partition("/")
            modules.setdefault(module, {})[rest] = self.files[path]
        return modules

    @cached_property
    def parted(self) -> dict[str, Parted]:
        """The HCL of its root, parted at the constants, by path."""
        return {path: _parted(_HEADER.sub("", text)) for path, text in self.root.items() if path.endswith(".tf")}

    @cached_property
    def shape(self) -> str:
        """Digest of all of its text but the constants of its root.

        Environments of the same shape can be instances of one module. Those whose text does what several instances of
        a module may not do, or do otherwise than one, have a shape of their own.
        """
        texts = {**self.root, **{path: text for path, text in self.files.items() if _is_below(path)}}
        if any(map(_is_for_one_instance, texts.values())):
            return self.name
        fixed = [(path, text) for path, text in sorted(texts.items()) if path not in self.parted]
        around = [(path, parted.around) for path, parted in sorted(self.parted.items())]
        return hashlib.sha256(repr((self.provider, fixed, around)).encode()).hexdigest()

    @cached_property
    def digest(self) -> str:
        """Digest of all that its plan depends on, but for the programs."""
        digest = hashlib.sha256()
        for word in (self.name, self.account, self.region, self.lock):
            digest.update(word.encode() + b"\0")
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
        files: rendered text by path; documents for people are left out. Modules elsewhere in the workspace that they
            call are added.

    Raises:
        SpecError: they call a local module that is not there, or does not lie in the workspace.
    """
    lock = workspace.modules_out / name / lockfile.NAME
    text = lock.read_text("utf-8") if lock.is_file() else ""
    read = {path: text for path, text in files.items() if _is_read(path)}
    outer = outer_modules(workspace.modules_out / name, read).require_all()
    read |= outer.texts
    read |= {path: file.read_text("utf-8") for path, file in outer.files.items() if _is_read(path)}
    return Member(name, account, region, read, text)


def read_member(workspace: Workspace, name: str, *, account: str, region: str) -> Member:
    """Make a member of the modules that lie in the workspace."""
    folder = workspace.modules_out / name
    prefix = f"{folder}/"
    files = {path: Path(prefix + path).read_text("utf-8") for path in relative_files(folder) if _is_read(path)}
    return member_of(workspace, name, account=account, region=region, files=files)


# Most environments have many texts in common, but for the line that names their specs.
@lru_cache(maxsize=4096)
def _parted(text: str) -> Parted:
    return part(text)


@lru_cache(maxsize=4096)
def _types_in(text: str) -> tuple[str, ...]:
    return tuple(_BLOCK.findall(text))


@lru_cache(maxsize=4096)
def _is_for_one_instance(text: str) -> bool:
    return bool(_CONFIGURED.search(text) or ("depends_on" in text and _WAITS.search(text)))


def _is_below(path: str) -> bool:
    return path.startswith(MODULES)


def _is_read(path: str) -> bool:
    # Our manifest is a dot file; terraform takes no notice of those either.
    return path.endswith(_READ) and not path.endswith(_TESTS) and not path.rpartition("/")[2].startswith(".")
