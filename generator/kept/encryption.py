"""Kept plans that nobody can read: encrypted with a passphrase, which a variable or a file holds."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from generator.errors import SavedPlanError, ToolError
from generator.kept.seal import BrokenSeal, canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VARIABLE: Final = "TFSTENCIL_PLAN_PASSPHRASE"
FILE_VARIABLE: Final = "TFSTENCIL_PLAN_PASSPHRASE_FILE"
SHORTEST: Final = 12
_SALT, _NONCE = 16, 12
# A quarter of a second and 64 MiB a guess (https://datatracker.ietf.org/doc/html/rfc7914).
_COST: Final = {"n": 1 << 16, "r": 8, "p": 1, "maxmem": 1 << 27, "dklen": 32}


class PassphraseSeal:
    """Encrypts and authenticates: AES-256-GCM, with a key that scrypt derives from a passphrase.

    Args:
        passphrase: the secret.

    Raises:
        ToolError: cryptography is not installed.
    """

    KIND: Final = "aes-256-gcm"

    def __init__(self, passphrase: str) -> None:
        try:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # an extra that may be missing
        except ImportError as error:
            raise ToolError(
                "plans cannot be encrypted: the Python package cryptography is not installed",
                hint="run pip install 'tfstencil[encrypt]', or leave out --encrypt",
            ) from error
        self._cipher: Callable[[bytes], AESGCM] = AESGCM
        self._passphrase = passphrase

    def close(self, header: Mapping[str, Any], plan: bytes) -> tuple[dict[str, Any], bytes]:
        """Encrypt the plan, and bind it to its header."""
        salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
        content = self._cipher(self._key(salt)).encrypt(nonce, plan, canonical(header))
        return {"kind": self.KIND, "salt": salt.hex(), "nonce": nonce.hex()}, content

    def open(self, header: Mapping[str, Any], seal: Mapping[str, Any], content: bytes) -> bytes:
        """Decrypt the plan.

        Raises:
            BrokenSeal: the passphrase is another one, or header or plan is not what was encrypted.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # an extra that may be missing

        try:
            salt, nonce = bytes.fromhex(str(seal.get("salt"))), bytes.fromhex(str(seal.get("nonce")))
            return self._cipher(self._key(salt)).decrypt(nonce, content, canonical(header))
        except (InvalidTag, ValueError):
            raise BrokenSeal("the passphrase is another one, or its content or its sidecar has changed since") from None

    def _key(self, salt: bytes) -> bytes:
        return hashlib.scrypt(self._passphrase.encode(), salt=salt, **_COST)


def passphrase(environ: Mapping[str, str] = os.environ) -> str:
    """Find the passphrase; it is never an argument, which every process of the machine could read.

    Raises:
        SavedPlanError: there is none, or it is too short, or its file cannot be read.
    """
    text, file = environ.get(VARIABLE, ""), environ.get(FILE_VARIABLE, "")
    if not text and file:
        try:
            text = Path(file).read_text("utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8"
            raise SavedPlanError(f"{FILE_VARIABLE} names {file}, which cannot be read: {reason}") from error
    if len(text) < SHORTEST:
        what = f"is shorter than {SHORTEST} characters" if text else "is not given"
        raise SavedPlanError(
            f"the passphrase of encrypted plans {what}", hint=f"set {VARIABLE}, or {FILE_VARIABLE} to a file"
        )
    return text
