"""What a part asks AWS: what must exist after an apply, and what nothing may be left of after a destroy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.model.section import Section
from generator.model.types import Text
from generator.parts.own.file import api_calls

ExpressionText = Annotated[str, Text(r"[\s\S]+", "an expression such as inputs.memory < 256", longest=1000)]
Pattern = Annotated[str, Text(r"[ -~]+", "text with @{…} for what differs between environments", longest=512)]


class PartReadBack(Section):
    """One question to AWS, and what the answer must say."""

    subject: Pattern = Field(description="What is looked at.", examples=["Lambda function @{names.function}"])
    service: api_calls.ServiceName = Field(description="Whom to ask.", examples=["lambda"])
    operation: api_calls.OperationName = Field(description="What to ask.", examples=["get_function_configuration"])
    arguments: dict[str, Pattern] = Field(
        default_factory=dict,
        max_length=10,
        description="Of the operation.",
        examples=[{"FunctionName": "@{names.function}"}],
    )
    expect: dict[str, ExpressionText] = Field(
        min_length=1, max_length=30, description="Expressions by the dotted path of a value in the answer.",
        examples=[{"MemorySize": "inputs.memory"}],
    )  # fmt: skip
    condition: ExpressionText | None = Field(default=None, alias="if", description="Whether it must be there.")


class PartLeftOver(Section):
    """How one kind of resource is listed, to prove in the sandbox that a destroy left nothing of it."""

    kind: Annotated[str, Text(r"[A-Za-z0-9 -]+", "what people call it", longest=60)] = Field(
        description="What people call it.", examples=["EFS file system"]
    )
    service: api_calls.ServiceName = Field(description="Whom to ask.", examples=["efs"])
    operation: Annotated[str, Text(r"(?:list|describe)_[a-z0-9_]+", "an operation that lists", longest=80)] = Field(
        description="What to ask.", examples=["describe_file_systems"]
    )
    items: Annotated[str, Text(r"[A-Za-z0-9]+", "a field of the answer", longest=80)] = Field(
        description="The field of the answer that holds the list.", examples=["FileSystems"]
    )
    name: Annotated[str, Text(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*", "a field of an item", longest=80)] | None = Field(
        default=None, description="The field of an item that names it; none where the item is the name.",
        examples=["FileSystemId"],
    )  # fmt: skip
