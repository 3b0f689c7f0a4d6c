"""KMS in the sandbox: rotation periods are kept, AWS's keys are AWS's, and a key's policy decides who may use it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from moto.core.utils import unix_time, utcnow
from moto.kms.exceptions import ValidationException
from moto.kms.models import Alias, Key, KmsBackend, kms_backends
from moto.kms.responses import KmsResponse

from generator.aws.policy import Call, Verdict, judge
from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DEFAULT_DAYS: Final = 365
_SHORTEST_DAYS: Final = 90
_LONGEST_DAYS: Final = 2560


def install() -> None:
    """Answer the calls on rotation from here on."""
    wrap(KmsResponse, "enable_key_rotation", _enable)
    wrap(KmsResponse, "get_key_rotation_status", _status)
    wrap(KmsBackend, "create_alias", _owned)


def service_may(arn: str, actions: tuple[str, ...], service: str, context: Mapping[str, str]) -> bool:
    """Tell whether the policy of a key lets a service do all of `actions`; a key that does not exist lets nobody.

    Args:
        arn: of the key, or of one of its aliases.
        actions: such as `kms:Decrypt`.
        service: such as `sns.amazonaws.com`.
        context: condition keys (lower case) and values.
    """
    region, account, name = arn.split(":", 5)[3:]
    key = _usable(name.removeprefix("key/"), account, region)
    if key is None:
        return False
    policy = json.loads(key.policy)
    calls = (Call(action, resource=key.arn, service=service, context=context) for action in actions)
    return all(judge(policy, call) is Verdict.ALLOWED for call in calls)


def exists(name: str, account: str, region: str) -> bool:
    """Tell whether an account has a key that can be used.

    Args:
        name: id, ARN or alias of the key.
        account: twelve digits.
        region: of the account.
    """
    return _usable(name.rpartition(":")[2].removeprefix("key/"), account, region) is not None


def _usable(name: str, account: str, region: str) -> Key | None:
    backend = kms_backends[account][region]
    found = backend.get_key_id_from_alias(name) if name.startswith("alias/") else name
    key = backend.keys.get(found or "")
    return key if key is not None and key.key_state == "Enabled" else None


def _owned(otherwise: Callable[..., Alias]) -> Callable[..., Alias]:
    def create_alias(backend: KmsBackend, target_key_id: str, alias_name: str) -> Alias:
        made = otherwise(backend, target_key_id, alias_name)
        if alias_name.startswith("alias/aws/"):
            # moto makes AWS's own keys where a service needs one, and takes them for the customer's.
            backend.keys[backend.get_key_id(target_key_id)].key_manager = "AWS"
        return made

    return create_alias


def _enable(otherwise: Callable[..., str]) -> Callable[..., str]:
    def enable_key_rotation(response: KmsResponse) -> str:
        days = response._get_int_param("RotationPeriodInDays", _DEFAULT_DAYS)  # noqa: SLF001  # moto's way to parameters
        if not _SHORTEST_DAYS <= days <= _LONGEST_DAYS:
            raise ValidationException(f"RotationPeriodInDays must be {_SHORTEST_DAYS} to {_LONGEST_DAYS}, not {days}")
        answer = otherwise(response)
        _key(response).__dict__["sandbox_rotation_days"] = days
        return answer

    return enable_key_rotation


def _status(otherwise: Callable[..., str]) -> Callable[..., str]:
    def get_key_rotation_status(response: KmsResponse) -> str:
        told: dict[str, Any] = json.loads(otherwise(response))
        key = _key(response)
        told["KeyId"] = key.id
        if told["KeyRotationEnabled"]:
            days = key.__dict__.get("sandbox_rotation_days", _DEFAULT_DAYS)
            told["RotationPeriodInDays"] = days
            told["NextRotationDate"] = unix_time(utcnow() + timedelta(days=days))
        return json.dumps(told)

    return get_key_rotation_status


def _key(response: KmsResponse) -> Key:
    backend = response.kms_backend
    return backend.keys[backend.get_key_id(response._get_param("KeyId"))]  # noqa: SLF001  # moto's way to parameters
