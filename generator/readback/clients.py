"""The AWS clients of the read-back: the sandbox's, or AWS's own."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from typing import Any, Final

from generator.credentials.identity import AMBIENT, Credentials
from generator.credentials.session import SIGN_IN, client, is_over
from generator.errors import SandboxError

# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and its like: every service has its own words.
_ABSENT: Final = re.compile(r"NoSuch|NotFound|DoesNotExist|NonExistent|^404$")


@dataclass(frozen=True, slots=True)
class Clients:
    """One account and region, as boto3 sees it.

    Attributes:
        region: of every client.
        account: in the sandbox, whose account it acts in.
        endpoint: address of the sandbox; None for AWS itself.
        credentials: as whom it asks.
    """

    region: str
    account: str
    endpoint: str | None = None
    credentials: Credentials = AMBIENT
    _known: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def elsewhere(self, region: str) -> Clients:
        """Return the clients of another region."""
        return self if region == self.region else Clients(region, self.account, self.endpoint, self.credentials)

    def client(self, service: str) -> Any:  # noqa: ANN401  # boto3's clients are made at run time
        """Return the boto3 client of `service`.

        Raises:
            SandboxError: boto3 is not installed, or knows no such service.
        """
        if service not in self._known:
            self._known[service] = self._made(service)
        return self._known[service]

    def ask(self, service: str, operation: str, **arguments: object) -> dict[str, Any] | None:
        """Call one operation.

        Args:
            service: boto3's name of it.
            operation: boto3's name of it, such as `get_bucket_policy`.
            arguments: of the operation.

        Returns:
            The answer; None where AWS says that there is no such thing.

        Raises:
            SandboxError: nothing answers, or the call fails otherwise.
        """
        opened = self.client(service)
        failures = importlib.import_module("botocore.exceptions")
        call = getattr(opened, operation, None)
        if call is None:
            raise SandboxError(f"boto3 knows no operation {operation} of {service}", hint="write it as boto3 does")
        try:
            answer: dict[str, Any] = call(**arguments)
        except failures.ClientError as error:
            if _ABSENT.search(error.response["Error"]["Code"]):
                return None
            raise _refused(error) from error
        except failures.BotoCoreError as error:
            raise SandboxError(f"reading back failed: {error}", hint=self._remedy) from error
        return answer

    @property
    def _remedy(self) -> str:
        if self.endpoint is None:
            return "sign in to AWS (aws configure sso, or AWS_PROFILE), and look whether the network is there"
        return "is the sandbox running? See tfstencil sandbox status"

    def ask_all(self, service: str, operation: str, key: str, **arguments: object) -> list[Any]:
        """Call a listing operation to its last page.

        Args:
            service: boto3's name of it.
            operation: boto3's name of it.
            key: field of the answer that holds the list.
            arguments: of the operation.

        Returns:
            The items of all pages; none where AWS says that there is no such thing.
        """
        opened = self.client(service)
        if not opened.can_paginate(operation):
            return list((self.ask(service, operation, **arguments) or {}).get(key, []))
        failures = importlib.import_module("botocore.exceptions")
        try:
            pages = opened.get_paginator(operation).paginate(**arguments)
            return [item for page in pages for item in page.get(key, [])]
        except failures.ClientError as error:
            if _ABSENT.search(error.response["Error"]["Code"]):
                return []
            raise _refused(error) from error
        except failures.BotoCoreError as error:
            raise SandboxError(f"reading back failed: {error}", hint=self._remedy) from error

    def _made(self, service: str) -> Any:  # noqa: ANN401  # as above
        settings: dict[str, Any] = {"s3": {"addressing_style": "path"}}
        if self.endpoint is not None:
            # A proxy that the user has set must not be asked for an address of this machine.
            settings["proxies"] = {}
        try:
            # boto3 belongs to the optional extra, and takes 0.3 s to import.
            config = importlib.import_module("botocore.config").Config(**settings)
            return client(
                service,
                self.credentials,
                region=self.region,
                endpoint=self.endpoint,
                account=self.account,
                settings=config,
            )
        except ModuleNotFoundError as error:
            raise SandboxError(
                "reading back needs boto3, which is not installed", hint="pip install 'tfstencil[aws]'"
            ) from error
        except importlib.import_module("botocore.exceptions").UnknownServiceError as error:
            raise SandboxError(f"boto3 knows no service {service}", hint="write it as boto3 does") from error


def _refused(error: Any) -> SandboxError:  # noqa: ANN401  # botocore has no types
    if is_over(error):
        return SandboxError("reading back failed: the session of your AWS credentials is over", hint=SIGN_IN)
    return SandboxError(f"reading back failed: {error}")
