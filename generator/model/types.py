"""Scalar types of a spec: parsed once, limited as AWS limits them, described for people and editors."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from generator.aws import provider_versions
from generator.aws.limits import BUCKET_PREFIXES, BUCKET_SUFFIXES, TAG_SIGNS
from generator.aws.regions import REGIONS

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

_MINUTES: Final = {"d": 1440, "h": 60, "m": 1}
_DURATION: Final = re.compile(r"(?=\d)(?:(?P<d>\d{1,4})d)?(?:(?P<h>\d{1,4})h)?(?:(?P<m>\d{1,5})m)?", re.ASCII)

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS: Final = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip


def minutes(text: str) -> int:
    """Convert a duration such as `15m`, `8h` or `1h30m` to minutes.

    Raises:
        ValueError: it is not one.
    """
    found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError(text)
    return sum(int(number) * _MINUTES[unit] for unit, number in found.groupdict(default="0").items())


def duration_text(total: int) -> str:
    """Convert minutes to the shortest duration text: 90 to `1h30m`."""
    hours, rest = divmod(total, 60)
    return "".join(f"{number}{unit}" for number, unit in ((hours, "h"), (rest, "m")) if number) or "0m"


@dataclass(frozen=True, slots=True)
class Duration:
    """Annotation of an integer field: written as a duration with units, held in minutes, from shortest to longest."""

    shortest: str
    longest: str

    def parse(self, value: object) -> int:
        """Return minutes; refuse what has no unit or is out of range."""
        span = f"{self.shortest} to {self.longest}"
        try:
            total = minutes(value) if isinstance(value, str) else -1
        except ValueError:
            total = -1
        if total < 0:
            raise PydanticCustomError(
                "duration", "must be a duration with its unit, {span}, such as 15m or 1h30m", {"span": span}
            )
        if not minutes(self.shortest) <= total <= minutes(self.longest):
            raise PydanticCustomError("duration_range", "must be {span}", {"span": span})
        return total

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parse)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        pattern = f"^{_DURATION.pattern}$".replace("?P<d>", "").replace("?P<h>", "").replace("?P<m>", "")
        return {"type": "string", "pattern": pattern, "x-range": f"{self.shortest} to {self.longest}"}


@dataclass(frozen=True, slots=True)
class Text:
    """Annotation of a text field: it matches `pattern` as a whole.

    Attributes:
        pattern: regular expression, ASCII rules, without anchors; valid in Python and in JSON Schema (ECMA 262).
        meaning: ends the sentence "must be …".
        longest: in characters.
        shortest: in characters.
    """

    pattern: str
    meaning: str
    longest: int = 255
    shortest: int = 1

    def check(self, text: str) -> str:
        """Return `text`, or refuse it."""
        if not self.shortest <= len(text) <= self.longest:
            span = f"{self.shortest} to {self.longest}" if self.shortest != self.longest else str(self.longest)
            raise PydanticCustomError(
                "text_length", "must be {span} characters, not {length}", {"span": span, "length": len(text)}
            )
        if not re.fullmatch(self.pattern, text, re.ASCII):
            raise PydanticCustomError("text_pattern", "must be {meaning}", {"meaning": self.meaning})
        return text

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        limits = {"pattern": f"^(?:{self.pattern})$", "minLength": self.shortest, "maxLength": self.longest}
        return {"type": "string", **limits}


def _known_retention(days: int) -> int:
    if days not in RETENTION_DAYS:
        near = min(RETENTION_DAYS, key=lambda known: abs(known - days))
        raise PydanticCustomError(
            "retention", "is not a retention that CloudWatch Logs offers; the nearest is {near}", {"near": near}
        )
    return days


def _known_region(name: str) -> str:
    if name not in REGIONS:
        raise PydanticCustomError("region", "is not a region that the AWS provider knows")
    return name


def _scripts(text: str) -> str:
    """Refuse in the value of a tag what is no letter, digit or space of any script, as no pattern can everywhere."""
    if text.isascii() and text.isprintable():
        return text
    refused = sorted({char for char in text if char > "~" and unicodedata.category(char)[0] not in "LNZ"})
    if refused or any(char < " " for char in text):
        shown = " ".join(refused) or "a control character"
        raise PydanticCustomError("tag_value", "has {refused}, which AWS takes in no tag", {"refused": shown})
    return text


def _or(words: tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + f" or {words[-1]}"


_WORDS = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_ARN = r"arn:aws[a-z-]*"

# A name of ours becomes part of bucket, role and project names: the strictest of them rules.
StackName = Annotated[str, Text(_WORDS, "lower-case letters, digits and single hyphens", longest=40)]
# What an environment's file is called, without its suffix; how long it may be is a rule of its own.
EnvironmentName = Annotated[str, Text(_WORDS, "the name of an environment, such as network", longest=100)]
LabelName = Annotated[
    str, Text(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", "lower-case letters, digits and . _ - between them", longest=63)
]
LabelValue = Annotated[
    str, Text(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", "letters, digits and . _ - between them", longest=63)
]
BuildName = Annotated[str, Text(_WORDS, "lower-case letters, digits and single hyphens", longest=30)]
# What a build was called before: a name that no build need have any more.
FormerBuild = Annotated[str, Text(_WORDS, "lower-case letters, digits and single hyphens", longest=30)]
# What resources are tagged with: `Stack` and `Environment`.
FormerIdentity = Annotated[
    str, Text(rf"{_WORDS}/{_WORDS}", "a stack and an environment of it, such as shop/dev", longest=80, shortest=3)
]
# As Terraform writes it, without `module.` and quotes: `builds.aws_codebuild_project.this[main]`.
ResourceAddress = Annotated[
    str,
    Text(
        r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*(?:\[[!-Z^-~](?:[ -Z^-~]*[!-Z^-~])?\])?",
        "a module, a type and a name, such as builds.aws_codebuild_project.this[main]",
        longest=400,
    ),
]
ImportId = Annotated[str, Text(r"[!-~]+", "what Terraform imports it by, such as its name", longest=1024)]
AccountId = Annotated[
    str, Text(r"[0-9]{12}", 'twelve digits in quotes, such as "111122223333"', longest=12, shortest=12)
]
Region = Annotated[
    str,
    Text(r"[a-z]{2}(?:-[a-z]+)+-[0-9]", "an AWS region such as eu-central-1", longest=25),
    AfterValidator(_known_region),
    WithJsonSchema({"type": "string", "enum": list(REGIONS)}),
]
# No dots, though S3 allows them: they break TLS host names.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BucketName = Annotated[
    str,
    Text(
        rf"(?!{'|'.join(BUCKET_PREFIXES)})(?!.*(?:{'|'.join(BUCKET_SUFFIXES)})$)[a-z0-9][a-z0-9-]*[a-z0-9]",
        f"lower-case letters, digits and hyphens; S3 keeps names that begin with {_or(BUCKET_PREFIXES)}, or end with "
        f"{_or(BUCKET_SUFFIXES)}, for itself",
        longest=63,
        shortest=3,
    ),
]
PolicyArn = Annotated[
    str, Text(rf"{_ARN}:iam::(?:[0-9]{{12}}|aws):policy/[A-Za-z0-9_+=,.@/-]+", "the ARN of an IAM policy", longest=2048)
]
KeyArn = Annotated[
    str,
    Text(rf"{_ARN}:kms:[a-z0-9-]+:[0-9]{{12}}:key/[A-Za-z0-9-]+", "the ARN of a KMS key", longest=2048),
]
SecretId = Annotated[
    str,
    Text(
        rf"{_ARN}:secretsmanager:[a-z0-9-]+:[0-9]{{12}}:secret:[A-Za-z0-9/_+=.@-]+|[A-Za-z0-9/_+=.@-]+",
        "the name or the full ARN of a secret in Secrets Manager",
        longest=512,
    ),
]
# CodeBuild reads `secret:key:stage:version`, so that no key with a colon can be said.
JsonKey = Annotated[
    str, Text(r"[!-9;-~](?:[ -9;-~]*[!-9;-~])?", "the key of a value inside the secret's JSON, without a colon")
]
ParameterName = Annotated[
    str,
    Text(
        r"/?(?!aws|ssm)[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*",
        "the name of a parameter such as /service/npm-token",
        longest=1011,
    ),
]
VariableName = Annotated[str, Text(r"[A-Za-z_][A-Za-z0-9_]*", "letters, digits and underscores, with no digit first")]
GitBranch = Annotated[
    str,
    Text(
        r"(?![-/])(?!refs/heads/)(?!.*(?:\.\.|//|@\{|\.lock$|/$|\.$))[A-Za-z0-9_./#+=@-]+",
        "the name of a Git branch, without refs/heads/ before it",
        longest=244,
    ),
]
RelativePath = Annotated[
    str, Text(r"(?!/)(?!(?:.*/)?\.\.(?:/|$))[A-Za-z0-9_.@+/-]+", "a path inside the repository, without ..")
]
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html, the characters that need no care
ObjectKey = Annotated[
    str,
    Text(
        r"(?!/)[A-Za-z0-9_.!*'()/-]*[A-Za-z0-9_]",
        "the key of an object in S3, not beginning or ending with /",
        longest=900,
    ),
]
ImageName = Annotated[
    str,
    Text(
        r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:[:/][A-Za-z0-9_.-]+)*(?:@sha256:[0-9a-f]{64})?",
        "a container image such as aws/codebuild/standard:7.0",
    ),
]
ProviderVersion = Annotated[
    str,
    Text(provider_versions.PATTERN, 'a constraint such as "~> 5.100" or ">= 6.42.0, < 7.0.0"', longest=100),
]
RuntimeName = Literal["dotnet", "golang", "java", "nodejs", "php", "python", "ruby"]
RuntimeVersion = Annotated[
    str, Text(r"(?:corretto)?[0-9]+(?:\.[0-9]+){0,2}", 'a version such as 18, "3.11" or corretto21', longest=20)
]
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
TagKey = Annotated[
    str,
    Text(
        rf"(?![aA][wW][sS]:)[A-Za-z0-9 {TAG_SIGNS}]+",
        f"letters, digits, spaces and {' '.join(TAG_SIGNS)}, not aws:…",
        longest=128,
    ),
]
TagValue = Annotated[
    str,
    Text(
        rf"(?![aA][wW][sS]:)(?:[A-Za-z0-9 {TAG_SIGNS}]|[^ -~])*",
        f"letters, digits, spaces and {' '.join(TAG_SIGNS)}, not aws:…",
        longest=256,
        shortest=0,
    ),
    AfterValidator(_scripts),
]
RetentionDays = Annotated[
    int, AfterValidator(_known_retention), WithJsonSchema({"type": "integer", "enum": list(RETENTION_DAYS)})
]
Days = Annotated[int, Field(ge=1, le=3650)]
# What a webhook is filtered by: a name as it is, or a /regular expression/; ! in front of either excludes.
Pattern = Annotated[str, Field(min_length=1, max_length=1024)]


def _account(value: object) -> object:
    # The ID of a GitHub account is a number to YAML; a boolean is none.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


# GitHub and GitLab number their accounts; Bitbucket has {UUID} and 557058:UUID. No regular expression: an account that
# matches more than itself is a hole.
ActorId = Annotated[
    str,
    Text(r"\{?[A-Za-z0-9:_-]+\}?", "the ID of an account at the server, such as 1234567, not its name", longest=100),
    BeforeValidator(_account),
    WithJsonSchema(
        {"type": ["integer", "string"], "pattern": r"^\{?[A-Za-z0-9:_-]+\}?$", "minLength": 1, "maxLength": 100}
    ),
]
ServerName = Annotated[
    str, Text(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?(?:/[A-Za-z0-9_.-]+)*", "a name such as acme-platform")
]
ConnectionName = Annotated[str, Text(r"[A-Za-z0-9_.@+=,-]+", "letters, digits and _ . @ + = , -", longest=32)]
ScheduleExpression = Annotated[
    str,
    Text(r"(?:cron|rate|at)\(.+\)", "an expression such as cron(0 3 ? * MON-FRI *), rate(1 day) or at(…)", longest=256),
]
TimeZone = Annotated[
    str, Text(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*", "a time zone such as Europe/Berlin", longest=50)
]
Instant = Annotated[
    str,
    Text(
        r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z",
        "an instant in UTC such as 2027-01-31T00:00:00Z",
        longest=20,
        shortest=20,
    ),
]
# CodePipeline's own patterns: https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html
GlobPattern = Annotated[str, Field(min_length=1, max_length=255)]
ClusterName = Annotated[str, Text(r"[A-Za-z0-9_-]+", "letters, digits, _ and -")]
CloudFormationName = Annotated[
    str, Text(r"[A-Za-z][A-Za-z0-9-]*", "letters, digits and hyphens, a letter first", longest=128)
]
CapabilityName = Literal["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
