"""The backend blocks that take the place of the rendered one for a run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.credentials.identity import AMBIENT, Credentials

if TYPE_CHECKING:
    from pathlib import Path

    from generator.credentials.identity import WebIdentity

FILE: Final = "backend.tf"
# The place of a state that no bucket keeps.
LOCAL: Final = "local"
# Nobody's secret: what has it was made for a stand-in.
MOCK_SECRET: Final = "mock"  # noqa: S105  # it opens nothing
_S3: Final = re.compile(r'^\s*backend "s3" \{', re.MULTILINE)
_ACCOUNT: Final = re.compile(r'^\s*allowed_account_ids\s*=\s*\["(\d{12})"\]$', re.MULTILINE)
# Names of buckets, keys and regions hold nothing that HCL would escape.
_SETTING: Final = re.compile(r'^\s*(bucket|key|region)\s*=\s*"([^"]*)"$', re.MULTILINE)


def local(state: Path) -> dict[str, Any]:
    """Keep state in a file."""
    return {"local": {"path": str(state)}}


def bucket_of(root: Path) -> dict[str, str]:
    """Read from a rendered root which bucket, key and region its state belongs to; empty where it is a file.

    Args:
        root: folder of the rendered root.
    """
    text = _text(root)
    return dict(_SETTING.findall(text)) if _S3.search(text) else {}


def account_of(root: Path) -> str:
    """Read from a rendered root which account its state belongs to; "" where it is a file."""
    found = _ACCOUNT.search(_text(root))
    return found[1] if found and bucket_of(root) else ""


def credentials_of(root: Path) -> Credentials:
    """Read from a rendered root as whom its state is read and written."""
    return Credentials.in_hcl(_text(root)) if bucket_of(root) else AMBIENT


def place_of(root: Path) -> str:
    """Say where a rendered root keeps its state: `s3://<bucket>/<key>`, or `LOCAL`."""
    backend = bucket_of(root)
    return f"s3://{backend['bucket']}/{backend['key']}" if {"bucket", "key"} <= backend.keys() else LOCAL


def in_sandbox(root: Path, account: str, endpoint: str) -> dict[str, Any]:
    """Keep state where a rendered root says, in the sandbox, with the role that it says.

    Args:
        root: folder of the rendered root, with a backend in S3.
        account: twelve digits of the environment; the sandbox takes the access key for the account.
        endpoint: the sandbox's URL.
    """
    own, its_account = credentials_of(root), account_of(root) or account
    return {
        "s3": {
            **bucket_of(root),
            "allowed_account_ids": [its_account],
            "use_lockfile": True,
            # Who assumes no role is at home in the bucket's account.
            "access_key": account if own.account else its_account,
            "secret_key": MOCK_SECRET,
            "endpoints": dict.fromkeys(("iam", "s3", "sts"), endpoint),
            "skip_credentials_validation": True,
            "skip_metadata_api_check": True,
            "skip_region_validation": True,
            "use_path_style": True,
            **roles_in_sandbox(own),
        }
    }


def roles_in_sandbox(own: Credentials) -> dict[str, Any]:
    """Return what a backend says of the roles that it assumes; the sandbox takes any token."""
    found: dict[str, Any] = {}
    if own.web_identity:
        found["assume_role_with_web_identity"] = web_identity_in_sandbox(own.web_identity)
    if own.role:
        said = {"role_arn": own.role.arn, "session_name": own.role.session_name, "external_id": own.role.external_id}
        found["assume_role"] = {key: value for key, value in said.items() if value is not None}
    return found


def web_identity_in_sandbox(own: WebIdentity) -> dict[str, str]:
    """Return the block by which a role is assumed with a token that the sandbox takes."""
    return {"role_arn": own.arn, "session_name": own.session_name, "web_identity_token": MOCK_SECRET}


def _text(root: Path) -> str:
    file = root / FILE
    return file.read_text(encoding="utf-8") if file.is_file() else ""
