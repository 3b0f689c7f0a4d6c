"""The scratch root of a batch: it calls every environment's stack as a module, with the provider that it needs.

    main.tf  providers.tf  tfstencil_override.tf.json
    stacks/<call>/              what was rendered, without provider and backend, which only a root may have
    shared/<module>-<digest>/   each different module once; stacks/<call>/modules/<module> links to it

Terraform follows the links and reads a module that many environments share from one folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Final

from generator.errors import OutputError
from generator.files import update
from generator.fleet.calls import STACKS, VARIABLE
from generator.fleet.member import MODULES
from generator.terraform import lockfile, overrides

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from generator.fleet.calls import ModuleCall

SHARED: Final = "shared"
_PROVIDERS: Final = "providers.tf"
_MAIN: Final = "main.tf"
_REQUIRED: Final = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
"""


def write_root(folder: Path, calls: Sequence[ModuleCall], state: Path) -> dict[str, tuple[str, ...]]:
    """Make `folder` the root of a batch; what is right already is not touched.

    Args:
        folder: the root.
        calls: of the modules that are the environments of the batch.
        state: the path of a state file that never exists.

    Returns:
        The environments that use each folder below `shared/`, by that folder's name.

    Raises:
        OutputError: it cannot be written.
    """
    texts: dict[str, str] = {}
    links: dict[str, str] = {}
    users: dict[str, tuple[str, ...]] = {}
    for call in calls:
        texts |= {f"{call.folder}/{path}": text for path, text in call.files.items()}
        for module, files in call.members[0].modules.items():
            shared = f"{module}-{_digest(files)}"
            texts |= {f"{SHARED}/{shared}/{path}": text for path, text in files.items()}
            links[f"{call.folder}/{MODULES}{module}"] = f"../../../{SHARED}/{shared}"
            users[shared] = (*users.get(shared, ()), *(member.name for member in call.members))
    texts |= {_MAIN: "\n".join([_REQUIRED, *map(_block, calls)]), _PROVIDERS: _providers(calls)}
    try:
        _fill(folder, texts, links)
        override = overrides.offline_override(folder, calls[0].members[0].account, state)
        update(folder / overrides.FILE_NAME, override)
    except OSError as error:
        raise OutputError(
            f"the scratch root {folder} cannot be written: {error}", hint="delete that folder, or free its disk"
        ) from error
    return users


def _digest(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:12]


def _block(call: ModuleCall) -> str:
    """Write a module call, and the output that shows the outputs of its instances.

    That is marked sensitive because one of a stack's outputs may be; which one it is, the configuration tells.
    """
    lines = [
        f'module "{call.name}" {{',
        f'  source = "./{call.folder}"',
        f"  providers = {{ aws = aws.{call.members[0].provider} }}",
        *(_instances(call) if call.is_shared else ()),
        "}",
        f'output "{call.name}" {{',
        f"  value = module.{call.name}",
        "  sensitive = true",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _instances(call: ModuleCall) -> Iterator[str]:
    yield "  for_each = {"
    for environment, values in call.values.items():
        yield f'    "{environment}" = {{'
        yield from (f"      {name} = {value}" for name, value in values.items())
        yield "    }"
    yield "  }"
    yield f"  {VARIABLE} = each.value"


def _providers(calls: Sequence[ModuleCall]) -> str:
    members = sorted((member for call in calls for member in call.members), key=lambda item: item.region, reverse=True)
    # For a provider that is good for any region, that of one of its environments.
    regions = {member.provider: member.region for member in members}
    blocks = (
        f'provider "aws" {{\n  alias  = "{alias}"\n  region = "{region}"\n}}\n'
        for alias, region in sorted(regions.items())
    )
    return "\n".join(blocks)


def _fill(folder: Path, texts: Mapping[str, str], links: Mapping[str, str]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _drop_files(folder, {_MAIN, _PROVIDERS, overrides.FILE_NAME, lockfile.NAME})
    _drop_others(folder / STACKS, {path.split("/")[1] for path in texts if path.startswith(STACKS)})
    _drop_others(folder / SHARED, {path.split("/")[1] for path in texts if path.startswith(SHARED)})
    for stack in {path.rpartition("/")[0] for path in texts if path.startswith(STACKS)}:
        kept = {path.rpartition("/")[2] for path in texts if path.rpartition("/")[0] == stack}
        _drop_files(folder / stack, kept)
    for path, text in texts.items():
        update(folder / path, text.encode())
    for path, target in links.items():
        _link(folder / path, target)


def _drop_others(folder: Path, kept: set[str]) -> None:
    if folder.is_dir():
        for entry in list(folder.iterdir()):
            if entry.name not in kept:
                shutil.rmtree(entry)


def _drop_files(folder: Path, kept: set[str]) -> None:
    if folder.is_dir():
        for entry in list(folder.iterdir()):
            if entry.is_file() and entry.name not in kept:
                entry.unlink()


def _link(path: Path, target: str) -> None:
    if path.is_symlink() and os.readlink(path) == target:  # noqa: PTH115  # Path.readlink builds a Path to compare a text
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    path.symlink_to(target)
