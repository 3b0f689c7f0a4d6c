"""Bucket configurations of which moto tells only a part: told as they were sent.

moto still reads them, so that it refuses what is malformed and sends events where it was told to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from moto.s3.responses import S3Response

from generator.sandbox.seams import wrap
from generator.sandbox.services.s3.lifecycle import check_lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = Any
    Handler = Callable[..., Answer]

_KINDS: Final = ("lifecycle", "logging", "notification")
_MINIMUM: Final = "x-amz-transition-default-minimum-object-size"
_DEFAULT_MINIMUM: Final = "all_storage_classes_128K"
_EMPTY: Final = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?<\w+[^>]*(?:/>|>\s*</\w+>)\s*")


def install() -> None:
    """Answer the calls on these configurations from here on."""
    wrap(S3Response, "_bucket_response_get", _get)
    wrap(S3Response, "_bucket_response_put", _put)
    wrap(S3Response, "_bucket_response_delete", _delete)


def _kept(response: S3Response, name: str) -> dict[str, tuple[bytes, dict[str, str]]]:
    # They live on the bucket, so that they go with it.
    bucket = response.backend.get_bucket(name)
    kept: dict[str, tuple[bytes, dict[str, str]]] = bucket.__dict__.setdefault("sandbox_verbatim", {})
    return kept


def _get(otherwise: Handler) -> Handler:
    def bucket_response_get(response: S3Response, name: str, query: dict[str, Any]) -> Answer:
        kind = _kind(query)
        if kind is None or kind not in _kept(response, name):
            return otherwise(response, name, query)
        body, headers = _kept(response, name)[kind]
        return 200, headers, body.decode()

    return bucket_response_get


def _put(otherwise: Handler) -> Handler:
    def bucket_response_put(response: S3Response, request: Any, name: str, query: dict[str, Any]) -> Answer:  # noqa: ANN401  # moto's request
        kind = _kind(query)
        if kind is None:
            return otherwise(response, request, name, query)
        body = response.body if isinstance(response.body, bytes) else response.body.encode()
        headers = {}
        if kind == "lifecycle":
            check_lifecycle(body)
            headers[_MINIMUM] = response.headers.get(_MINIMUM, _DEFAULT_MINIMUM)
        answer = otherwise(response, request, name, query)
        if _EMPTY.fullmatch(body):
            _kept(response, name).pop(kind, None)
        else:
            _kept(response, name)[kind] = (body, headers)
        return answer

    return bucket_response_put


def _delete(otherwise: Handler) -> Handler:
    def bucket_response_delete(response: S3Response, name: str, query: dict[str, Any]) -> Answer:
        kind = _kind(query)
        if kind is not None:
            _kept(response, name).pop(kind, None)
        return otherwise(response, name, query)

    return bucket_response_delete


def _kind(query: dict[str, Any]) -> str | None:
    return next((kind for kind in _KINDS if kind in query), None)
