"""CloudWatch Logs in the sandbox: groups leave no trace, and change their key, which must let the service use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.core.responses import EmptyResult
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.metric_filters import MetricFilters
from moto.logs.models import LogGroup, LogsBackend
from moto.logs.responses import LogsResponse

from generator.sandbox.seams import extend, wrap
from generator.sandbox.services.kms import service_may

if TYPE_CHECKING:
    from collections.abc import Callable

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
_NEEDED: Final = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")


def install() -> None:
    """Check keys, and answer the calls that change them, from here on."""
    wrap(LogsBackend, "create_log_group", _checked)
    wrap(LogsBackend, "delete_log_group", _without_a_trace)
    wrap(MetricFilters, "add_filter", _replaced)
    extend(LogsResponse, associate_kms_key=_associate, disassociate_kms_key=_disassociate)


def _checked(otherwise: Callable[..., LogGroup]) -> Callable[..., LogGroup]:
    def create_log_group(backend: LogsBackend, log_group_name: str, tags: dict[str, str], **more: Any) -> LogGroup:  # noqa: ANN401  # moto's settings
        _check_key(backend, log_group_name, more.get("kmsKeyId"))
        return otherwise(backend, log_group_name, tags, **more)

    return create_log_group


def _without_a_trace(otherwise: Callable[[LogsBackend, str], None]) -> Callable[[LogsBackend, str], None]:
    def delete_log_group(backend: LogsBackend, log_group_name: str) -> None:
        group = backend.groups.get(log_group_name)
        otherwise(backend, log_group_name)
        # A group made anew under the same name must not find what the last one had.
        if group is not None:
            backend.tagger.delete_all_tags_for_resource(group.arn)
        filters = backend.filters
        filters.metric_filters = [one for one in filters.metric_filters if one["logGroupName"] != log_group_name]

    return delete_log_group


def _replaced(otherwise: Callable[..., None]) -> Callable[..., None]:
    def add_filter(filters: MetricFilters, filter_name: str, pattern: str, group: str, transformations: Any) -> None:  # noqa: ANN401  # JSON of a request
        filters.delete_filter(filter_name, group)
        otherwise(filters, filter_name, pattern, group, transformations)

    return add_filter


def _check_key(backend: LogsBackend, name: str, key_arn: str | None) -> None:
    if not key_arn:
        return
    group = f"arn:{backend.partition}:logs:{backend.region_name}:{backend.account_id}:log-group:{name}"
    service = f"logs.{backend.region_name}.amazonaws.com"
    if not service_may(key_arn, _NEEDED, service, {"kms:encryptioncontext:aws:logs:arn": group}):
        raise InvalidParameterException(
            f"The specified KMS key does not exist or is not allowed to be used with Arn '{group}'"
        )


def _associate(response: LogsResponse) -> EmptyResult:
    group, key_arn = _group(response), response._get_param("kmsKeyId")  # noqa: SLF001  # moto's way to parameters
    _check_key(response.logs_backend, str(group.name), key_arn)
    group.kms_key_id = key_arn
    return EmptyResult()


def _disassociate(response: LogsResponse) -> EmptyResult:
    _group(response).kms_key_id = None
    return EmptyResult()


def _group(response: LogsResponse) -> LogGroup:
    name = response._get_param("logGroupName") or ""  # noqa: SLF001  # moto's way to parameters
    name = name or str(response._get_param("resourceIdentifier")).rpartition(":log-group:")[2]  # noqa: SLF001  # the same
    if name not in response.logs_backend.groups:
        raise ResourceNotFoundException
    return response.logs_backend.groups[name]
