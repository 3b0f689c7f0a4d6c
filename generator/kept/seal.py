"""What proves that a kept plan is ours and whole: a key of the workspace, or a passphrase that also hides it."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

from generator.errors import SavedPlanError
from generator.files import PRIVATE, make_private_folder, staged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.workspace import Workspace

_KEY_BYTES: Final = 32
_OTHERS: Final = 0o077


class BrokenSeal(Exception):  # noqa: N818  # not for users: its text is one of the reasons that they read
    """A plan is not what was sealed."""


class Seal(Protocol):
    """One way to seal a plan."""

    def close(self, header: Mapping[str, Any], plan: bytes) -> tuple[dict[str, Any], bytes]:
        """Return what the sidecar says of the seal, and what the plan file is to hold."""
        ...

    def open(self, header: Mapping[str, Any], seal: Mapping[str, Any], content: bytes) -> bytes:
        """Return the plan.

        Raises:
            BrokenSeal: sidecar or plan is not what was sealed.
        """
        ...


class KeySeal:
    """Seals with a key of the workspace: nobody without it can make or change a plan that is accepted.

    Args:
        key: the secret.
    """

    KIND: Final = "hmac-sha256"

    def __init__(self, key: bytes) -> None:
        self._key = key

    @property
    def name(self) -> str:
        """What tells this key from others without giving it away."""
        return hashlib.sha256(b"name\0" + self._key).hexdigest()[:12]

    def close(self, header: Mapping[str, Any], plan: bytes) -> tuple[dict[str, Any], bytes]:
        """Sign header and plan."""
        return {"kind": self.KIND, "key": self.name, "value": self._sign(header, plan)}, plan

    def open(self, header: Mapping[str, Any], seal: Mapping[str, Any], content: bytes) -> bytes:
        """Check the signature.

        Raises:
            BrokenSeal: it is another one, or of another key.
        """
        if seal.get("key") != self.name:
            raise BrokenSeal("another workspace sealed it, or its key was replaced")
        if not hmac.compare_digest(str(seal.get("value")), self._sign(header, content)):
            raise BrokenSeal("its content or its sidecar has changed since")
        return content

    def _sign(self, header: Mapping[str, Any], plan: bytes) -> str:
        return hmac.new(self._key, canonical(header) + b"\0" + hashlib.sha256(plan).digest(), "sha256").hexdigest()


def canonical(header: Mapping[str, Any]) -> bytes:
    """Write a header always in the same way."""
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def key_file(workspace: Workspace) -> Path:
    """Return where the key of a workspace lies: not among the plans, which may be handed on without it."""
    return workspace.scratch / "keys" / "plans.key"


def own_key(workspace: Workspace) -> KeySeal:
    """Return the seal of the workspace's key, which is made where there is none.

    Raises:
        SavedPlanError: it cannot be made or read, or others can read it.
    """
    file = key_file(workspace)
    try:
        make_private_folder(file.parent, below=workspace.scratch)
        # Whatever a workspace's .gitignore says: nothing below this folder is ever committed.
        with suppress(FileExistsError), (workspace.scratch / ".gitignore").open("x", encoding="utf-8") as ignored:
            ignored.write("*\n")
        if not file.exists():
            # A link fails where another process was first: both use that one's key.
            with (
                staged(file, f"{secrets.token_hex(_KEY_BYTES)}\n".encode(), PRIVATE) as fresh,
                suppress(FileExistsError),
            ):
                file.hardlink_to(fresh)
    except OSError as error:
        raise SavedPlanError(
            f"the key that seals plans cannot be made in {workspace.relative(file)}: {error.strerror}",
            hint="check the folder and its permissions",
        ) from error
    return existing_key(workspace)


def existing_key(workspace: Workspace) -> KeySeal:
    """Return the seal of the key that is there.

    Raises:
        SavedPlanError: there is none, it is damaged, or others can read it.
    """
    file = key_file(workspace)
    name = workspace.relative(file)
    try:
        mode, text = file.stat().st_mode, file.read_text("ascii", errors="replace").strip()
    except FileNotFoundError:
        raise SavedPlanError(
            f"the key that sealed the plan is missing: there is no {name}",
            hint="it belongs to the workspace that made the plan; plan again here, or plan with --encrypt to hand "
            "plans from one machine to another",
        ) from None
    except OSError as error:
        raise SavedPlanError(f"{name} cannot be read: {error.strerror}", hint="see who owns it") from error
    if mode & _OTHERS:
        raise SavedPlanError(f"{name} can be read by others", hint=f"run chmod 600 {name}, or delete it and plan again")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise SavedPlanError(f"{name} is damaged: it is not a key", hint="delete it and plan again")
    return KeySeal(key)
