"""A state as an object in S3, read past Terraform: for the version that S3 keeps of it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.credentials.identity import AMBIENT
from generator.credentials.session import SIGN_IN, client, is_over
from generator.errors import TfstencilError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.credentials.identity import Credentials

_ABSENT: Final = {"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "404"}
_NO_VERSION: Final = {None, "", "null"}


@dataclass(frozen=True, slots=True)
class StateObject:
    """Where a state lies in S3.

    Attributes:
        bucket: that holds it.
        key: of the object.
        region: of the bucket.
        endpoint: of the sandbox; "" for AWS, with the credentials of the environment.
        account: in the sandbox, whose credentials there are before a role is assumed.
        credentials: as whom it is read.
    """

    bucket: str
    key: str
    region: str
    endpoint: str = ""
    account: str = ""
    credentials: Credentials = AMBIENT

    @classmethod
    def of(
        cls, backend: Mapping[str, str], *, endpoint: str, account: str, credentials: Credentials = AMBIENT
    ) -> StateObject | None:
        """Return the object that a backend names; None where it names none."""
        if not {"bucket", "key", "region"} <= backend.keys():
            return None
        return cls(backend["bucket"], backend["key"], backend["region"], endpoint, account, credentials)

    @property
    def owner(self) -> str:
        """In the sandbox: the account that has the bucket."""
        return self.credentials.account or self.account

    def read(self, version: str | None = None) -> tuple[bytes, str] | None:
        """Read the object.

        Args:
            version: of it; None for the newest.

        Returns:
            Its content and its version, "" where the bucket keeps none; None where there is no such object.

        Raises:
            TfstencilError: boto3 is not installed, or S3 does not answer.
        """
        chosen = {"VersionId": version} if version else {}
        try:
            failures = importlib.import_module("botocore.exceptions")
            opened = self._client()
        except ImportError:
            raise TfstencilError(
                "reading a state from S3 needs boto3, which is not installed", hint="pip install 'tfstencil[aws]'"
            ) from None
        try:
            found = opened.get_object(Bucket=self.bucket, Key=self.key, **chosen)
            number = found.get("VersionId")
            return found["Body"].read(), "" if number in _NO_VERSION else str(number)
        except failures.ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            hint = SIGN_IN if is_over(error) else ""
            raise TfstencilError(f"s3://{self.bucket}/{self.key} cannot be read: {error}", hint=hint) from error
        except failures.BotoCoreError as error:
            raise TfstencilError(f"s3://{self.bucket}/{self.key} cannot be read: {error}") from error

    def _client(self) -> Any:  # noqa: ANN401  # boto3's clients are made at run time
        config = importlib.import_module("botocore.config")
        settings = config.Config(s3={"addressing_style": "path"} if self.endpoint else {})
        return client(
            "s3",
            self.credentials,
            region=self.region,
            endpoint=self.endpoint,
            account=self.account,
            settings=settings,
        )
