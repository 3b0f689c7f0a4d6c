"""What `part.yaml` may say: the same strict, typed sections that a spec has."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator

from generator.model.section import Section
from generator.model.types import Text
from generator.parts.own.file.questions import ExpressionText, PartLeftOver, PartReadBack, Pattern
from generator.parts.own.imports import PartImport

# Any value of YAML: what it must be depends on the type of its input, and is judged with it.
AnyValue = Annotated[Any, WithJsonSchema({"description": "A value of the input's type."})]
PartName = Annotated[
    str, Text(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*", "lower-case letters, digits and hyphens, a letter first", longest=40)
]
InputName = Annotated[
    str, Text(r"[a-z](?:[a-z0-9]|_(?=[a-z0-9]))*", "lower-case letters, digits and _, a letter first", longest=40)
]
Version = Annotated[str, Text(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}", "a version such as 1.2.0", longest=30)]
Requirement = Annotated[
    str, Text(r"(?:>=|<=|==|<|>)[0-9]+(?:\.[0-9]+){0,2}(?:,(?:>=|<=|==|<|>)[0-9]+(?:\.[0-9]+){0,2})*",
              "versions such as >=0.2 or >=0.2,<1", longest=60)
]  # fmt: skip
Sentence = Annotated[str, Text(r"[^\n]+", "a sentence or two", longest=300)]
ActionName = Annotated[str, Text(r"[a-z0-9-]+:[A-Za-z0-9*]+", "an action such as lambda:InvokeFunction", longest=128)]
OutputReference = Annotated[
    str,
    Text(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", "the output of a module, such as notifications.topic_arn", longest=100),
]
ServiceName = Annotated[
    str, Text(r"[a-z0-9.-]+\.amazonaws\.com", "a service such as events.amazonaws.com", longest=100)
]
ResourceType = Annotated[
    str,
    Text(r"aws_[a-z0-9]+(?:_[a-z0-9]+)*|terraform_data", "a type of resource such as aws_lambda_function", longest=100),
]
AttributePath = Annotated[
    str, Text(r"[a-z0-9_*]+(?:\.[a-z0-9_*]+)*", "an attribute such as vpc_config.subnet_ids", longest=200)
]
EndpointName = Annotated[str, Text(r"[a-z0-9.-]+", "the short name of a service, such as ecr.api", longest=60)]

# The words of `generator.parts.framework.classification`, which a test compares with these.
GuardWord = Literal["harmless", "data", "access", "protection"]
TypeName = Literal[
    "text", "integer", "boolean", "choice", "duration", "schedule", "arn", "reference", "build",
    "account", "bucket", "branch", "image", "instant", "key-arn", "object-key", "parameter", "path",
    "policy-arn", "region", "retention-days", "secret", "tag", "time-zone", "variable",
    "list", "map", "mapping",
]  # fmt: skip


class Value(Section):
    """A value: its type, and what limits it."""

    type: TypeName = Field(description="What may be written.", examples=["integer"])
    description: Sentence | None = Field(default=None, description="What it is for, as a sentence; for the reference.")
    minimum: int | str | None = Field(
        default=None, description="The least that may be written: of an integer, or of a duration (`5m`).", examples=[1]
    )
    maximum: int | str | None = Field(
        default=None, description="The most that may be written: of an integer, or of a duration (`8h`).", examples=[9]
    )
    unit: Annotated[str, Text(r"[A-Za-z/% ]+", "a unit such as MB", longest=20)] | None = Field(
        default=None, description="What an integer counts.", examples=["MB"]
    )
    pattern: Annotated[str, Text(r"[ -~]+", "a regular expression", longest=300)] | None = Field(
        default=None, description="Regular expression that the whole of a text must match.", examples=["[a-z-]+"]
    )
    meaning: Sentence | None = Field(
        default=None, description="What the pattern means; ends the sentence `must be …`.", examples=["a name"]
    )
    shortest: int | None = Field(default=None, ge=0, le=4096, description="Fewest characters or items.")
    longest: int | None = Field(default=None, ge=1, le=4096, description="Most characters or items.")
    choices: list[str] | None = Field(
        default=None, min_length=1, max_length=50, description="What may be chosen.", examples=[["ONE", "TWO"]]
    )
    service: Annotated[str, Text(r"[a-z0-9-]+", "a service as ARNs name it", longest=40)] | None = Field(
        default=None, description="Whose ARN it is: the third word of an ARN.", examples=["sns"]
    )
    to: list[OutputReference] | OutputReference | None = Field(
        default=None, description="Outputs of other modules that may be named.", examples=["notifications.topic_arn"]
    )


class Leaf(Value):
    """An input inside a mapping."""

    required: bool = Field(default=False, description="Whether it must be written.")
    default: AnyValue = Field(default=None, description="What it is where nothing is written.")


class Item(Value):
    """What each item of a list or map is."""

    inputs: dict[InputName, Leaf] = Field(default_factory=dict, max_length=40, description="Of a mapping: its keys.")


class Input(Leaf):
    """One key of the part's section."""

    default: AnyValue = Field(
        default=None,
        description="What it is where nothing is written; by class of environment as `{dev: 1, prod: 2}`.",
        examples=[{"dev": 128, "prod": 512}],
    )
    examples: list[AnyValue] = Field(default_factory=list, max_length=5, description="Values for the reference.")
    of: Item | None = Field(default=None, description="Of a list or a map: what each item is.")
    inputs: dict[InputName, Leaf] = Field(default_factory=dict, max_length=40, description="Of a mapping: its keys.")


class Requires(Section):
    """What a part needs."""

    tfstencil: Requirement | None = Field(default=None, description="Versions of tfstencil.", examples=[">=0.2"])
    parts: list[Annotated[str, Text(r"[a-z][a-z0-9_-]*", "the name of a part")]] = Field(
        default_factory=list, max_length=30, description="Parts whose keys it reads, or whose outputs it names."
    )


class PartRule(Section):
    """What no single input can hold."""

    condition: ExpressionText = Field(
        alias="if", description="Where it is true, the spec is wrong.", examples=["inputs.memory < 256"]
    )
    each: ExpressionText | None = Field(
        default=None, description="A list; the rule is judged for each of its items, which is `item`.",
        examples=["inputs.builds"],
    )  # fmt: skip
    at: InputName | None = Field(default=None, description="The input that a person should change.")
    message: Pattern = Field(description="What is wrong, without a full stop.", examples=["prod needs 256 MB or more"])
    hint: Pattern | None = Field(default=None, description="What to do.", examples=["leave memory out"])
    severity: Literal["error", "warning"] = Field(default="error", description="A warning stops nothing.")


class PartNameOf(Section):
    """A name that AWS sees."""

    kind: str = Field(
        min_length=1, max_length=40, description="What is named, as claims know it: no two environments may share it.",
        examples=["log-group"],
    )  # fmt: skip
    pattern: Pattern = Field(description="The name.", examples=["/aws/lambda/@{prefix}-alert-bot"])


class Argument(Section):
    """A variable of the module that is no input."""

    value: ExpressionText | None = Field(default=None, description="An expression.", examples=["environment.region"])
    text: Pattern | None = Field(default=None, description="A text.", examples=["arn:@{partition}:s3:::@{names.site}"])
    reference: OutputReference | None = Field(
        default=None, description="The output of another module.", examples=["encryption.key_arn"]
    )
    condition: ExpressionText | None = Field(
        default=None, alias="if", description="Whether it is passed; a reference is, where its part is on."
    )


class ModuleOutput(Section):
    """An ARN that a module tells once it is applied."""

    output: Annotated[
        str,
        Text(r"(?:[a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*", "an output of the part, or MODULE.OUTPUT", longest=100),
    ] = Field(description="An output of the part, or of another module.", examples=["function_arn"])


def _resource(value: object, _: ValidatorFunctionWrapHandler) -> object:
    # By its form, so that what is wrong is told about the one of the two that was meant.
    return ModuleOutput.model_validate(value) if isinstance(value, dict) else _PATTERN.validate_python(value)


_PATTERN: TypeAdapter[str] = TypeAdapter(Pattern)
Resource = Annotated[Pattern | ModuleOutput, WrapValidator(_resource)]


class PartStatement(Section):
    """A statement of a build's role."""

    actions: list[ActionName] = Field(min_length=1, max_length=50, description="In IAM's words.")
    resources: list[Resource] = Field(
        min_length=1,
        max_length=50,
        description="ARNs: text, or the output of a module; left out where that part is off.",
        examples=[["arn:@{partition}:s3:::@{names.site}/*", {"output": "function_arn"}]],
    )
    conditions: dict[str, dict[str, list[Pattern]]] = Field(
        default_factory=dict, description="Values by test and variable.",
        examples=[{"StringEquals": {"aws:ResourceTag/Stack": ["@{stack}"]}}],
    )  # fmt: skip


class PartPermission(Section):
    """What roles of builds may do."""

    builds: ExpressionText = Field(
        description="Which builds, as an expression that comes to a list of their names.", examples=["inputs.builds"]
    )
    statements: list[PartStatement] = Field(min_length=1, max_length=10, description="The statements.")
    condition: ExpressionText | None = Field(default=None, alias="if", description="Whether it is asked for.")


class PartVariable(Section):
    """A plain-text variable that builds get."""

    builds: ExpressionText = Field(description="Which builds.", examples=["inputs.builds"])
    name: Annotated[str, Text(r"[A-Z_][A-Z0-9_]*", "capital letters, digits and _", longest=100)] = Field(
        description="Its name.", examples=["SITE_BUCKET"]
    )
    value: Pattern = Field(description="Its value.", examples=["@{names.bucket}"])
    condition: ExpressionText | None = Field(default=None, alias="if", description="Whether it is set.")


class PartCommands(Section):
    """Commands around those of builds whose commands stand in the spec."""

    builds: ExpressionText = Field(description="Which builds.", examples=["inputs.builds"])
    phase: Literal["install", "pre_build", "build", "post_build"] = Field(description="Where they run.")
    commands: list[Pattern] = Field(min_length=1, max_length=20, description="One line each.")
    at_end: bool = Field(default=False, description="Whether they run after those of the build.")
    condition: ExpressionText | None = Field(default=None, alias="if", description="Whether they run.")


class KeyUser(Section):
    """A log group that the stack's key encrypts, by its name in `names`."""

    log_group: InputName = Field(description="A name of kind log-group.", examples=["log_group"])


class Contributes(Section):
    """What the part asks of others."""

    permissions: list[PartPermission] = Field(default_factory=list, max_length=20, description="For roles of builds.")
    key_users: list[KeyUser] = Field(default_factory=list, max_length=20, description="What the key encrypts.")
    services: list[ServiceName] = Field(
        default_factory=list, max_length=20, description="Services that use the stack's key by themselves."
    )
    publishers: list[ServiceName] = Field(
        default_factory=list, max_length=20, description="Services that publish to the stack's topic."
    )
    endpoints: list[EndpointName] = Field(
        default_factory=list, max_length=20, description="Services that builds in the network call.", examples=[["sns"]]
    )
    variables: list[PartVariable] = Field(default_factory=list, max_length=20, description="Variables of builds.")
    commands: list[PartCommands] = Field(default_factory=list, max_length=20, description="Commands of builds.")


class PartFile(Section):
    """A part of the stack that a workspace brings itself: `parts/<name>/part.yaml`."""

    whole: ClassVar[str] = "part.yaml"

    part: PartName = Field(description="Its name, which is that of its folder.", examples=["alert-bot"])
    version: Version = Field(description="Its version.", examples=["1.2.0"])
    description: Sentence = Field(description="What it is, as a sentence.", examples=["A bot that looks by the clock."])
    requires: Requires = Field(default_factory=Requires, description="What it needs.")
    section: InputName | None = Field(
        default=None, description="Its key in a spec, and the name of its module; by default its name with _ for -."
    )
    inputs: dict[InputName, Input] = Field(
        default_factory=dict, max_length=60, description="The keys of its section in a spec."
    )
    shape: dict[InputName, ExpressionText] = Field(
        default_factory=dict, max_length=10, description="Features that decide the module's text: true or false each."
    )
    rules: list[PartRule] = Field(default_factory=list, max_length=50, description="What a spec must keep.")
    names: dict[InputName, PartNameOf] = Field(default_factory=dict, max_length=20, description="Names that AWS sees.")
    arguments: dict[InputName, Argument] = Field(
        default_factory=dict, max_length=40, description="Variables of the module that are neither inputs nor names."
    )
    outputs: dict[InputName, Sentence] = Field(
        default_factory=dict, max_length=30, description="Outputs of the module, with what they are."
    )
    contributes: Contributes = Field(default_factory=Contributes, description="What it asks of others.")
    read_back: list[PartReadBack] = Field(
        default_factory=list, max_length=30, description="What must exist after an apply."
    )
    left_over: list[PartLeftOver] = Field(
        default_factory=list, max_length=30, description="What a destroy must not leave, kind by kind."
    )
    guards: dict[ResourceType, Annotated[dict[AttributePath, GuardWord], Field(min_length=1, max_length=100)]] = Field(
        default_factory=dict,
        max_length=50,
        description="What each attribute of a type means to the guards; `holds: data` is said of the resource itself.",
        examples=[{"aws_dynamodb_table": {"holds": "data", "billing_mode": "harmless"}}],
    )
    imports: dict[ResourceType, PartImport] = Field(
        default_factory=dict,
        max_length=50,
        description="How `adopt` finds what exists of a type, and what Terraform imports it by.",
    )
