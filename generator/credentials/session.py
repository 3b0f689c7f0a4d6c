"""Clients of boto3 with the credentials of an environment: AWS's, or those of the sandbox.

boto3 belongs to an optional extra, and takes a third of a second to import: whoever asks for a client imports it.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from generator.errors import CredentialsError

if TYPE_CHECKING:
    from generator.credentials.identity import Credentials, Role, WebIdentity

# Nobody's secret: what has it was made for the sandbox.
_MOCK: Final = "sandbox"
_TOKEN_FILE: Final = "AWS_WEB_IDENTITY_TOKEN_FILE"  # noqa: S105  # the name of a variable
_OVER: Final = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "ExpiredIdentityToken"}
SIGN_IN: Final = "sign in again: aws sso login"
# Of every client: boto3 itself would wait a minute, five times over, for who never answers.
_PATIENCE: Final[dict[str, Any]] = {"connect_timeout": 5, "read_timeout": 30, "retries": {"total_max_attempts": 2}}


def client(  # noqa: PLR0913  # as whom, where and how
    service: str,
    credentials: Credentials,
    *,
    region: str,
    endpoint: str | None = None,
    account: str = "",
    settings: Any = None,  # noqa: ANN401  # botocore has no types
) -> Any:  # noqa: ANN401  # boto3's clients are made at run time
    """Return the boto3 client of a service.

    Args:
        service: boto3's name of it.
        credentials: as whom to call.
        region: of the client.
        endpoint: of the sandbox; None or "" for AWS.
        account: in the sandbox, whose credentials there are before a role is assumed.
        settings: botocore's `Config`, over how long every client waits.

    Raises:
        ImportError: boto3 is not installed.
        CredentialsError: they cannot be had.
    """
    place: dict[str, Any] = {"region_name": region, "endpoint_url": endpoint or None}
    patient = importlib.import_module("botocore.config").Config(**_PATIENCE)
    settings = patient.merge(settings) if settings else patient
    keys = _keys(credentials, place, account, settings)
    session = _session(credentials if not keys and not endpoint else None)
    return session.client(service, **place, **keys, config=settings)


def is_over(error: Any) -> bool:  # noqa: ANN401  # botocore has no types
    """Tell whether AWS refused a call since the session of whoever made it is over."""
    return error.response["Error"]["Code"] in _OVER


def _session(credentials: Credentials | None) -> Any:  # noqa: ANN401  # as above
    boto3, failures = importlib.import_module("boto3"), importlib.import_module("botocore.exceptions")
    profile = credentials.profile if credentials else None
    try:
        # A profile that is named makes boto3 pass over the keys in its environment.
        return boto3.Session(profile_name=profile) if profile else boto3.Session()
    except failures.ProfileNotFound as error:
        raise CredentialsError(
            f"this machine has no AWS profile {profile}", hint=f"make it: aws configure sso --profile {profile}"
        ) from error


def _keys(credentials: Credentials, place: dict[str, Any], account: str, settings: Any) -> dict[str, str]:  # noqa: ANN401  # as above
    """Return the keys to call with; empty for those that boto3 finds by itself.

    Roles are assumed with the settings of the client: where it gives up after seconds, so must they.
    """
    in_sandbox = place["endpoint_url"] is not None
    keys = _pair(account, _MOCK) if in_sandbox else {}
    if credentials.web_identity:
        keys = _exchanged(credentials.web_identity, place, settings)
    if credentials.role:
        own = _session(None if in_sandbox or keys else credentials)
        keys = _assumed(credentials.role, own.client("sts", **place, **keys, config=settings))
    return keys


def _exchanged(identity: WebIdentity, place: dict[str, Any], settings: Any) -> dict[str, str]:  # noqa: ANN401  # as above
    config = importlib.import_module("botocore.config")
    unsigned = config.Config(signature_version=importlib.import_module("botocore").UNSIGNED)
    unsigned = settings.merge(unsigned)
    token = _MOCK if place["endpoint_url"] else _token(identity)
    call = {"RoleArn": identity.arn, "RoleSessionName": identity.session_name, "WebIdentityToken": token}
    return _of_answer(_session(None).client("sts", **place, config=unsigned).assume_role_with_web_identity, call)


def _token(identity: WebIdentity) -> str:
    named = identity.token_file or os.environ.get(_TOKEN_FILE, "")
    if not named:
        raise CredentialsError(
            f"there is no token to assume {identity.arn} with: {_TOKEN_FILE} is not set",
            hint="run it where the CI system gives one, or name the file: credentials.web_identity.token_file",
        )
    try:
        return Path(named).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialsError(f"the token to assume {identity.arn} with cannot be read: {named}") from error


def _assumed(role: Role, sts: Any) -> dict[str, str]:  # noqa: ANN401  # as above
    call = {"RoleArn": role.arn, "RoleSessionName": role.session_name}
    return _of_answer(sts.assume_role, call | ({"ExternalId": role.external_id} if role.external_id else {}))


def _of_answer(ask: Any, call: dict[str, str]) -> dict[str, str]:  # noqa: ANN401  # as above
    failures = importlib.import_module("botocore.exceptions")
    arn = call["RoleArn"]
    try:
        given = ask(**call)["Credentials"]
    except failures.ClientError as error:
        if is_over(error):
            raise CredentialsError(f"the session with which {arn} is to be assumed is over", hint=SIGN_IN) from error
        raise CredentialsError(
            f"the role {arn} cannot be assumed: {error}",
            hint="see whether it exists, whether its trust policy names you, and whether it asks for an external_id",
        ) from error
    except failures.BotoCoreError as error:
        raise CredentialsError(
            f"the role {arn} cannot be assumed: {error}", hint="sign in to AWS: aws sso login, or AWS_PROFILE"
        ) from error
    return _pair(given["AccessKeyId"], given["SecretAccessKey"]) | {"aws_session_token": given["SessionToken"]}


def _pair(key: str, secret: str) -> dict[str, str]:
    return {"aws_access_key_id": key, "aws_secret_access_key": secret}
