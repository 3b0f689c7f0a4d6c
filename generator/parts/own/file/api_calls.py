"""Calls of AWS that a part's file may name: such that only read."""

from __future__ import annotations

from typing import Annotated

from generator.model.types import Text

ServiceName = Annotated[str, Text(r"[a-z0-9-]+", "a service as boto3 calls it", longest=40)]
OperationName = Annotated[
    str, Text(r"(?:get|list|describe|head)_[a-z0-9_]+", "an operation that only reads", longest=80)
]
