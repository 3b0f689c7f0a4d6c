"""The override file that turns a copy of a rendered root into an offline or a sandbox one.

Terraform merges `*_override.tf.json` into what it finds, so the rendered text itself stays as it is
(https://developer.hashicorp.com/terraform/language/files/override).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from generator.credentials.identity import AMBIENT, Credentials, without_blocks
from generator.terraform.state import backends
from generator.terraform.state.backends import MOCK_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PROVIDERS: Final = "providers.tf"
FILE_NAME: Final = "tfstencil_override.tf.json"
# Nothing listens on the discard port of the loopback interface: a call that should not happen fails at once.
NOWHERE: Final = "http://127.0.0.1:9"
# What the rendered modules use; AWS_ENDPOINT_URL in the environment catches every other service.
_SERVICES: Final = (
    *("budgets", "cloudwatch", "codebuild", "codeconnections", "codepipeline", "codestarconnections", "dynamodb"),
    *("ec2", "ecr", "events", "iam", "kms", "lambda", "logs", "resourcegroups", "s3", "s3control", "scheduler"),
    *("secretsmanager", "sns", "sqs", "ssm", "sts", "xray"),
)
_PROVIDER: Final = re.compile(r'^provider\s+"aws"\s*\{(?:([^\n]*)\}[ \t]*$|(.*?)^\})', re.MULTILINE | re.DOTALL)
_ALIAS: Final = re.compile(r'\balias\s*=\s*"([^"]+)"')
_MOCKED: Final[dict[str, Any]] = {
    "secret_key": MOCK_SECRET,
    "profile": None,
    "skip_credentials_validation": True,
    "skip_metadata_api_check": "true",
    "skip_region_validation": True,
}


def offline_override(root: Path, account: str, state: Path) -> bytes:
    """Write the override that lets a root be planned without network and without credentials.

    Args:
        root: folder of the rendered root: its provider blocks are looked up.
        account: twelve digits.
        state: the state file, always an empty one.
    """
    settings = _MOCKED | {
        "access_key": account,
        "skip_requesting_account_id": True,
        # Nobody can be asked for the account, and the provider takes that for a wrong one.
        "allowed_account_ids": None,
        "max_retries": 1,
    }
    return _override(root, settings, backends.local(state))


def sandbox_override(root: Path, account: str, state: Path | None, endpoint: str) -> bytes:
    """Write the override that sends every call to the sandbox and keeps the check of the account.

    Args:
        root: folder of the rendered root: its provider blocks are looked up.
        account: twelve digits; the sandbox takes the access key for the account.
        state: the state file; None where the sandbox has the bucket that the root names.
        endpoint: the sandbox's URL.
    """
    settings = _MOCKED | {
        "access_key": account,
        **_web_identity(root),
        "s3_use_path_style": True,
        "endpoints": [dict.fromkeys(_SERVICES, endpoint)],
    }
    backend = backends.local(state) if state else backends.in_sandbox(root, account, endpoint)
    return _override(root, settings, backend)


def state_override(state: Path) -> bytes:
    """Write the override that only keeps the state in a file, and leaves the providers as they are."""
    return _written({"terraform": {"backend": backends.local(state)}})


def provider_credentials(root: Path) -> Credentials:
    """Read from a rendered root as whom its default provider calls AWS."""
    file = root / PROVIDERS
    return Credentials.in_hcl(file.read_text(encoding="utf-8")) if file.is_file() else AMBIENT


def offline_provider(root: Path) -> dict[str, bytes]:
    """Return the file of the provider without the roles that it would assume, where it has any; by its name.

    An override can change a block, and take none away.
    """
    if provider_credentials(root).account is None:
        return {}
    return {PROVIDERS: without_blocks((root / PROVIDERS).read_text(encoding="utf-8")).encode()}


def provider_aliases(root: Path) -> list[str]:
    """List the AWS providers of a root: "" for the default one, else the alias; in the order of the text."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(root.glob("*.tf")))
    blocks = (block for text in texts for block in _PROVIDER.finditer(text))
    found = (_ALIAS.search(block[1] or block[2] or "") for block in blocks)
    return [alias[1] if alias else "" for alias in found]


def _web_identity(root: Path) -> dict[str, Any]:
    """Have the role that a token opens assumed with one that the sandbox takes; others stand as they are rendered."""
    own = provider_credentials(root).web_identity
    return {"assume_role_with_web_identity": [backends.web_identity_in_sandbox(own)]} if own else {}


def _override(root: Path, settings: dict[str, Any], backend: dict[str, Any]) -> bytes:
    document: dict[str, Any] = {"terraform": {"backend": backend}}
    aliases: Iterable[str] = provider_aliases(root)
    providers = [({"alias": alias} if alias else {}) | settings for alias in aliases]
    if providers:
        document["provider"] = {"aws": providers}
    return _written(document)


def _written(document: dict[str, Any]) -> bytes:
    # In JSON, too, ${ starts a template: a workspace's path may hold one.
    return json.dumps(_literal(document), indent=2).encode() + b"\n"


def _literal(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    match value:
        case str():
            return value.replace("${", "$${").replace("%{", "%%{")
        case dict():
            return {key: _literal(item) for key, item in value.items()}
        case list():
            return [_literal(item) for item in value]
    return value
