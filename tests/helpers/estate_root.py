"""A root that calls the roots of several environments as modules, so that one terraform applies all of them."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What only a root may have.
_ROOT_ONLY = {"providers.tf", "backend.tf"}


def write_root(root: Path, stacks: Mapping[str, Mapping[str, str]], *, account: str, region: str) -> None:
    """Write the root over whatever is there.

    Args:
        root: its folder.
        stacks: of each environment the text of its files, by path.
        account: that the one provider works in.
        region: likewise.
    """
    shutil.rmtree(root / "stacks", ignore_errors=True)
    provider = {
        "region": region,
        "allowed_account_ids": [account],
        "skip_credentials_validation": True,
        "skip_metadata_api_check": "true",
        "s3_use_path_style": True,
    }
    document = {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "provider": {"aws": provider},
        "module": {name: {"source": f"./stacks/{name}"} for name in stacks},
    }
    texts = {f"stacks/{name}/{path}": text for name, files in stacks.items() for path, text in files.items()}
    texts = {path: text for path, text in texts.items() if path.split("/", 2)[2] not in _ROOT_ONLY}
    for path, text in {**texts, "main.tf.json": json.dumps(document)}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
