"""S3's numbered bucket configurations: metrics, analytics, inventory and intelligent tiering.

moto knows inventories only, and takes a DELETE of any of these for a DELETE of the bucket.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from moto.s3.exceptions import S3ClientError
from moto.s3.responses import S3Response

from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = Any
    Handler = Callable[..., Answer]

_KINDS: Final = {
    "analytics": "ListBucketAnalyticsConfigurationResult",
    "intelligent-tiering": "ListBucketIntelligentTieringConfigurationsOutput",
    "inventory": "ListInventoryConfigurationsResult",
    "metrics": "ListMetricsConfigurationsResult",
}
_DECLARATION: Final = re.compile(rb"^\s*<\?xml[^>]*\?>\s*")


class _NoSuchConfigurationError(S3ClientError):
    code = "NoSuchConfiguration"
    status_code = 404

    def __init__(self) -> None:
        super().__init__("The specified configuration does not exist.")


def install() -> None:
    """Answer the calls on these configurations from here on."""
    wrap(S3Response, "_bucket_response_get", _get)
    wrap(S3Response, "_bucket_response_put", _put)
    wrap(S3Response, "_bucket_response_delete", _delete)


def _kept(response: S3Response, name: str, query: dict[str, Any]) -> tuple[str, dict[str, bytes]] | None:
    """Return the kind of configuration that a query is about and the bucket's configurations of that kind, by id."""
    kind = next((kind for kind in _KINDS if kind in query), None)
    if kind is None:
        return None
    bucket = response.backend.get_bucket(name)
    # They live on the bucket, so that they go with it.
    kinds: dict[str, dict[str, bytes]] = bucket.__dict__.setdefault("sandbox_configurations", {})
    return kind, kinds.setdefault(kind, {})


def _get(otherwise: Handler) -> Handler:
    def bucket_response_get(response: S3Response, name: str, query: dict[str, Any]) -> Answer:
        kept = _kept(response, name, query)
        if kept is None:
            return otherwise(response, name, query)
        kind, held = kept
        if "id" not in query:
            listed = b"".join(body for _, body in sorted(held.items())).decode()
            return f"<{_KINDS[kind]}><IsTruncated>false</IsTruncated>{listed}</{_KINDS[kind]}>"
        if query["id"][0] not in held:
            raise _NoSuchConfigurationError
        return held[query["id"][0]].decode()

    return bucket_response_get


def _put(otherwise: Handler) -> Handler:
    def bucket_response_put(response: S3Response, request: Any, name: str, query: dict[str, Any]) -> Answer:  # noqa: ANN401  # moto's request
        kept = _kept(response, name, query)
        if kept is None:
            return otherwise(response, request, name, query)
        body = response.body if isinstance(response.body, bytes) else response.body.encode()
        kept[1][query["id"][0]] = _DECLARATION.sub(b"", body)
        return 200, {}, ""

    return bucket_response_put


def _delete(otherwise: Handler) -> Handler:
    def bucket_response_delete(response: S3Response, name: str, query: dict[str, Any]) -> Answer:
        kept = _kept(response, name, query)
        if kept is None:
            return otherwise(response, name, query)
        if kept[1].pop(query["id"][0], None) is None:
            raise _NoSuchConfigurationError
        return 204, {}, ""

    return bucket_response_delete
