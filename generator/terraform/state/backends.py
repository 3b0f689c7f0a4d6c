"""The backend blocks that take the place of the rendered one for a run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "backend.tf"
# The place of a state that no bucket keeps.
LOCAL: Final = "local"
# Nobody's secret: what has it was made for a stand-in.
MOCK_SECRET: Final = "mock"  # noqa: S105  # it opens nothing
_S3: Final = re.compile(r'^\s*backend "s3" \{', re.MULTILINE)
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
    file = root / FILE
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return dict(_SETTING.findall(text)) if _S3.search(text) else {}


def place_of(root: Path) -> str:
    """Say where a rendered root keeps its state: `s3://<bucket>/<key>`, or `LOCAL`."""
    backend = bucket_of(root)
    return f"s3://{backend['bucket']}/{backend['key']}" if {"bucket", "key"} <= backend.keys() else LOCAL


def in_sandbox(root: Path, account: str, endpoint: str) -> dict[str, Any]:
    """Keep state where a rendered root says, in the sandbox.

    Args:
        root: folder of the rendered root, with a backend in S3.
        account: twelve digits; the sandbox takes the access key for the account.
        endpoint: the sandbox's URL.
    """
    return {
        "s3": {
            **bucket_of(root),
            "allowed_account_ids": [account],
            "use_lockfile": True,
            "access_key": account,
            "secret_key": MOCK_SECRET,
            "endpoints": dict.fromkeys(("iam", "s3", "sts"), endpoint),
            "skip_credentials_validation": True,
            "skip_metadata_api_check": True,
            "skip_region_validation": True,
            "use_path_style": True,
        }
    }
