"""The record of applies beside a state in S3, for everybody who works on it: with boto3, where that is installed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.credentials.identity import AMBIENT
from generator.credentials.session import client
from generator.errors import CredentialsError
from generator.kept.binding import backend_of
from generator.kept.history import History
from generator.parts.framework.claim_kinds import APPLIED
from generator.terraform.mode import Mode
from generator.terraform.state import backends

if TYPE_CHECKING:
    from generator.credentials.identity import Credentials
    from generator.kept.history import Shelf
    from generator.workspace import Workspace

_SETTING: Final = re.compile(r"(\w+)=(\S+)")
# Somebody else may write a line at the same moment: then it is read again.
_TRIES: Final = 5


class BucketShelf:
    """Lines in an object beside the state.

    Args:
        client: boto3's, for S3.
        bucket: of the state.
        key: of the state.
    """

    def __init__(self, client: Any, bucket: str, key: str) -> None:  # noqa: ANN401  # boto3 has no types
        self._client = client
        self._bucket = bucket
        self._key = f"{key}{APPLIED}"

    def read(self) -> str:
        """Return all lines; "" where there are none."""
        return self._read()[0]

    def add(self, line: str) -> None:
        """Add a line, and lose none that somebody else adds meanwhile."""
        left = _TRIES
        while True:
            text, tag = self._read()
            left -= 1
            condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
            body = f"{text}{line}\n".encode()
            try:
                self._client.put_object(Bucket=self._bucket, Key=self._key, Body=body, **condition)
            except self._client.exceptions.ClientError as error:
                if _code(error) not in {"PreconditionFailed", "ConditionalRequestConflict"} or not left:
                    raise
            else:
                return

    def _read(self) -> tuple[str, str]:
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._key)
        except self._client.exceptions.ClientError as error:
            if _code(error) in {"NoSuchKey", "404"}:
                return "", ""
            raise
        return found["Body"].read().decode("utf-8", "replace"), str(found["ETag"])


def shelf_of(backend: str, credentials: Credentials = AMBIENT) -> Shelf | None:
    """Return where the lines of a state lie for the team; None where the state is in no bucket.

    Args:
        backend: as `binding.backend_of` writes it: `s3 bucket=… key=…`.
        credentials: as whom the state is read and written.

    Raises:
        ImportError: boto3 is not installed.
        CredentialsError: they cannot be had.
    """
    settings = dict(_SETTING.findall(backend))
    if not backend.startswith("s3 ") or not {"bucket", "key"} <= settings.keys():
        return None
    opened = client("s3", credentials, region=settings.get("region", ""))
    return BucketShelf(opened, settings["bucket"], settings["key"])


def history_of(workspace: Workspace, environment: str, mode: Mode) -> History:
    """Return the record of what was applied to an environment, beside its state where that can be reached."""
    shelf, problems = None, []
    if mode is Mode.REAL:
        try:
            root = workspace.modules_out / environment
            shelf = shelf_of(backend_of(root), backends.credentials_of(root))
        except ImportError:
            problems.append(
                "who applied and allowed what is recorded on this machine only: boto3 is not installed, which "
                "writes it beside the state (pip install 'tfstencil[aws]')"
            )
        except CredentialsError as error:
            problems.append(f"who applied and allowed what is recorded on this machine only: {error}")
    found = History.of(workspace, environment, mode.value, shelf)
    found.problems += problems
    return found


def _code(error: Any) -> str:  # noqa: ANN401  # botocore has no types
    return str(error.response.get("Error", {}).get("Code", ""))
