"""Settings of log groups that moto lacks: their class, and the policy that masks data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

from generator.sandbox.seams import extend, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

_STANDARD: Final = "STANDARD"
_CLASS, _POLICY = "sandbox_class", "sandbox_data_protection"


def install() -> None:
    """Keep classes, and answer the calls on data protection, from here on."""
    wrap(LogsResponse, "create_log_group", _create)
    wrap(LogGroup, "to_describe_dict", _describe)
    extend(
        LogsResponse,
        put_data_protection_policy=_put,
        get_data_protection_policy=_get,
        delete_data_protection_policy=_delete,
    )


def _create(otherwise: Callable[[LogsResponse], Any]) -> Callable[[LogsResponse], Any]:
    def create_log_group(response: LogsResponse) -> Any:  # noqa: ANN401  # moto's answer
        answer = otherwise(response)
        asked = response._get_param("logGroupClass") or _STANDARD  # noqa: SLF001  # moto's way to parameters
        # Settings live on the group, so that they go with it.
        response.logs_backend.groups[response._get_param("logGroupName")].__dict__[_CLASS] = asked  # noqa: SLF001  # the same
        return answer

    return create_log_group


def _describe(otherwise: Callable[[LogGroup], dict[str, Any]]) -> Callable[[LogGroup], dict[str, Any]]:
    def to_describe_dict(group: LogGroup) -> dict[str, Any]:
        protection = {"dataProtectionStatus": "ACTIVATED"} if _POLICY in group.__dict__ else {}
        return {**otherwise(group), "logGroupClass": group.__dict__.get(_CLASS, _STANDARD), **protection}

    return to_describe_dict


def _put(response: LogsResponse) -> ActionResult:
    group, document = _group(response), response._get_param("policyDocument")  # noqa: SLF001  # moto's way to parameters
    if group.__dict__.get(_CLASS, _STANDARD) != _STANDARD:
        raise InvalidParameterException("Data protection is supported for log groups of class STANDARD only.")
    try:
        statements = json.loads(document)["Statement"]
        operations = [set(statement["Operation"]) for statement in statements]
        identifiers = [sorted(statement["DataIdentifier"]) for statement in statements]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidParameterException("The policy document is not valid.") from error
    if operations != [{"Audit"}, {"Deidentify"}]:
        raise InvalidParameterException("The policy must have an Audit and a Deidentify statement.")
    if identifiers[0] != identifiers[1]:
        raise InvalidParameterException("Both statements of the policy must have the same DataIdentifier.")
    group.__dict__[_POLICY] = document
    return _answer(response, document)


def _get(response: LogsResponse) -> ActionResult:
    # A group without a policy is answered with none, not with an error.
    return _answer(response, _group(response).__dict__.get(_POLICY))


def _delete(response: LogsResponse) -> EmptyResult:
    if _group(response).__dict__.pop(_POLICY, None) is None:
        raise ResourceNotFoundException
    return EmptyResult()


def _answer(response: LogsResponse, document: str | None) -> ActionResult:
    told = {"logGroupIdentifier": response._get_param("logGroupIdentifier")}  # noqa: SLF001  # moto's way to parameters
    return ActionResult({**told, "policyDocument": document} if document else told)


def _group(response: LogsResponse) -> LogGroup:
    identifier = str(response._get_param("logGroupIdentifier"))  # noqa: SLF001  # moto's way to parameters
    group = response.logs_backend.groups.get(identifier.rpartition(":log-group:")[2].removesuffix(":*"))
    if group is None:
        raise ResourceNotFoundException
    return group
