"""CloudWatch Logs' saved queries, which moto lacks."""

from __future__ import annotations

import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import unix_time_millis
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse

from generator.sandbox.seams import extend
from generator.sandbox.service import sent


def install() -> None:
    """Answer these calls from here on."""
    extend(
        LogsResponse,
        put_query_definition=_put,
        describe_query_definitions=_describe,
        delete_query_definition=_delete,
    )


def _kept(response: LogsResponse) -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = response.logs_backend.__dict__.setdefault("sandbox_queries", {})
    return kept


def _put(response: LogsResponse) -> ActionResult:
    asked = sent(response)
    asked.pop("clientToken", None)
    name = asked.setdefault("queryDefinitionId", str(uuid.uuid4()))
    _kept(response)[name] = asked | {"lastModified": int(unix_time_millis())}
    return ActionResult({"queryDefinitionId": name})


def _describe(response: LogsResponse) -> ActionResult:
    prefix = sent(response).get("queryDefinitionNamePrefix", "")
    found = [query for query in _kept(response).values() if query["name"].startswith(prefix)]
    return ActionResult({"queryDefinitions": found})


def _delete(response: LogsResponse) -> ActionResult:
    name = sent(response)["queryDefinitionId"]
    if _kept(response).pop(name, None) is None:
        raise ResourceNotFoundException(f"Query definition with ID {name} does not exist.")
    return ActionResult({"success": True})
