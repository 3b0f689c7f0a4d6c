"""The scratch root of a batch: it calls every environment's stack as a module, with the provider that it needs.

    main.tf.json  providers.tf  tfstencil_override.tf.json
    stacks/<environment>/       what was rendered, without provider and backend, which only a root may have
    shared/<module>-<digest>/   each different module once; stacks/<environment>/modules/<module> links to it

Terraform follows the links and reads a module that many environments share from one folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Any, Final

from generator.errors import OutputError
from generator.fleet.member import MODULES
from generator.terraform import overrides

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from generator.fleet.member import Member

STACKS: Final = "stacks"
SHARED: Final = "shared"
_ROOT_ONLY: Final = frozenset({"providers.tf", "backend.tf"})
_PROVIDERS: Final = "providers.tf"
_MAIN: Final = "main.tf.json"


def write_root(folder: Path, members: Sequence[Member], state: Path) -> dict[str, tuple[str, ...]]:
    """Make `folder` the root of a batch; what is right already is not touched.

    Args:
        folder: the root.
        members: the environments of the batch.
        state: the path of a state file that never exists.

    Returns:
        The environments that use each folder below `shared/`, by that folder's name.

    Raises:
        OutputError: it cannot be written.
    """
    texts: dict[str, str] = {}
    links: dict[str, str] = {}
    users: dict[str, list[str]] = {}
    for member in members:
        texts |= {f"{STACKS}/{member.name}/{path}": text for path, text in _own(member)}
        for module, files in _modules(member).items():
            shared = f"{module}-{_digest(files)}"
            texts |= {f"{SHARED}/{shared}/{path}": text for path, text in files.items()}
            links[f"{STACKS}/{member.name}/{MODULES}{module}"] = f"../../../{SHARED}/{shared}"
            users.setdefault(shared, []).append(member.name)
    texts |= {_MAIN: _main(members), _PROVIDERS: _providers(members)}
    try:
        _update(folder, texts, links)
        override = overrides.offline_override(folder, members[0].account, state)
        _write(folder / overrides.FILE_NAME, override.decode())
    except OSError as error:
        raise OutputError(
            f"the scratch root {folder} cannot be written: {error}", hint="delete that folder, or free its disk"
        ) from error
    return {shared: tuple(names) for shared, names in users.items()}


def _own(member: Member) -> Iterator[tuple[str, str]]:
    for path, text in member.files.items():
        if path not in _ROOT_ONLY and not path.startswith(MODULES):
            yield path, text


def _modules(member: Member) -> dict[str, dict[str, str]]:
    modules: dict[str, dict[str, str]] = {}
    for path, text in member.files.items():
        if path.startswith(MODULES):
            module, _, rest = path.removeprefix(MODULES).partition("/")
            modules.setdefault(module, {})[rest] = text
    return modules


def _digest(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:12]


def _main(members: Sequence[Member]) -> str:
    document: dict[str, Any] = {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "module": {
            member.call: {"source": f"./{STACKS}/{member.name}", "providers": {"aws": f"aws.{member.provider}"}}
            for member in members
        },
        # Marked sensitive because one of a stack's outputs may be; which one it is, the configuration tells.
        "output": {member.call: {"value": f"${{module.{member.call}}}", "sensitive": True} for member in members},
    }
    return json.dumps(document, indent=1)


def _providers(members: Sequence[Member]) -> str:
    # For a provider that is good for any region, that of one of its environments.
    regions = {member.provider: member.region for member in sorted(members, key=lambda item: item.region, reverse=True)}
    blocks = (
        f'provider "aws" {{\n  alias  = "{alias}"\n  region = "{region}"\n}}\n'
        for alias, region in sorted(regions.items())
    )
    return "\n".join(blocks)


def _update(folder: Path, texts: Mapping[str, str], links: Mapping[str, str]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _drop_others(folder / STACKS, {path.split("/")[1] for path in texts if path.startswith(STACKS)})
    _drop_others(folder / SHARED, {path.split("/")[1] for path in texts if path.startswith(SHARED)})
    for stack in {path.rpartition("/")[0] for path in texts if path.startswith(STACKS)}:
        kept = {path.rpartition("/")[2] for path in texts if path.rpartition("/")[0] == stack}
        _drop_files(folder / stack, kept)
    for path, text in texts.items():
        _write(folder / path, text)
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


def _write(path: Path, text: str) -> None:
    data = text.encode()
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _link(path: Path, target: str) -> None:
    if path.is_symlink() and os.readlink(path) == target:  # noqa: PTH115  # Path.readlink builds a Path to compare a text
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    path.symlink_to(target)
