"""Every call of the services that a stack uses is held to AWS's description of it, and to `generator.aws.limits`.

moto checks few of both. https://docs.aws.amazon.com/ says what AWS answers only here and there: the words are those of
AWS where they are known, the codes those of its API.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import regex
from botocore.model import OperationNotFoundError
from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model
from moto.iam.models import IAMBackend, iam_backends
from moto.s3.exceptions import InvalidBucketName, InvalidTagError
from moto.s3.models import S3Backend

from generator.aws import limits
from generator.aws.documents import without_spaces
from generator.sandbox.seams import wrap
from generator.sandbox.shapes import faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.aws.limits import Limit

    Request = dict[str, Any]

# Services of a stack whose calls moto answers alone; those of our own check what they are sent.
_SERVICES: Final = frozenset(
    {"cloudwatch", "codepipeline", "ecr", "events", "iam", "kms", "logs", "scheduler", "sns", "sqs"}
)
_TAG: Final = regex.compile(rf"[\p{{L}}\p{{Z}}\p{{N}}{limits.TAG_SIGNS}]*")
_TOO_MANY: Final = {
    "iam": "LimitExceeded",
    "kms": "TagException",
    "sns": "TagLimitExceeded",
    "logs": "TooManyTagsException",
}


class _RefusedError(ServiceException):
    """AWS's answer to a call beyond one of its limits."""


def install() -> None:
    """Check calls from here on."""
    wrap(BaseResponse, "call_action", _checked)
    # S3 goes its own way from a request to its answer.
    wrap(S3Backend, "put_bucket_tagging", _bucket_tags)
    wrap(S3Backend, "create_bucket", _bucket_name)


def _checked(otherwise: Callable[[BaseResponse], Any]) -> Callable[[BaseResponse], Any]:
    def call_action(response: BaseResponse) -> Any:  # noqa: ANN401  # moto's answer
        service = response.boto3_service_name
        # A call that moto lacks is refused for that, whatever was sent.
        known = hasattr(response, camelcase_to_underscores(response._get_action()))  # noqa: SLF001  # moto's way to the name
        if service in _SERVICES and known:
            refusal = next(_refusals(response, service), None)
            if refusal:
                return response.serialized(ActionResult(refusal))
        return otherwise(response)

    return call_action


def _bucket_name(otherwise: Callable[..., Any]) -> Callable[..., Any]:
    def create_bucket(backend: S3Backend, bucket_name: str, *arguments: Any, **more: Any) -> Any:  # noqa: ANN401  # moto's
        if bucket_name.startswith(limits.BUCKET_PREFIXES) or bucket_name.endswith(limits.BUCKET_SUFFIXES):
            raise InvalidBucketName
        return otherwise(backend, bucket_name, *arguments, **more)

    return create_bucket


def _bucket_tags(otherwise: Callable[..., None]) -> Callable[..., None]:
    def put_bucket_tagging(backend: S3Backend, bucket_name: str, tags: dict[str, str]) -> None:
        for refusal in _tag_refusals({"Tags": tags}, "s3"):
            raise InvalidTagError(refusal.message)
        otherwise(backend, bucket_name, tags)

    return put_bucket_tagging


def _refusals(response: BaseResponse, service: str) -> Iterator[ServiceException]:
    action = response._get_action()  # noqa: SLF001  # moto's way to the name
    try:
        request, shape = _read(response, action)
    except OperationNotFoundError:
        return
    found = list(faults(shape, request)) if shape else []
    if found:
        noun = "error" if len(found) == 1 else "errors"
        code = "ValidationError" if service == "iam" else "ValidationException"
        yield _RefusedError(code, f"{len(found)} validation {noun} detected: {'; '.join(found)}")
    yield from _tag_refusals(request, service)
    measure = _MEASURES.get((service, action))
    if measure:
        yield from measure(response, request)


def _read(response: BaseResponse, action: str) -> tuple[Request, Any]:
    request, model = response.normalized_request, get_service_model(response.boto3_service_name)
    operation = model.operation_model(action)
    parser = PROTOCOL_PARSERS[determine_request_protocol(model, request.content_type)](operation, map_type=dict)
    sent: Any = {"method": request.method, "values": request.values, "headers": request.headers, "body": request.data}
    parsed = parser.parse(sent | {"url_path": request.path, "url_params": response.uri_match})
    return parsed, operation.input_shape


def _tag_refusals(request: Request, service: str) -> Iterator[ServiceException]:
    listed = request.get("Tags", request.get("tags")) or {}
    pairs = list(listed.items()) if isinstance(listed, dict) else [tuple(tag.values()) for tag in listed]
    if len(pairs) > limits.TAGS.most:
        yield _RefusedError(
            _TOO_MANY.get(service, "TooManyTagsException"), f"A resource has {limits.TAGS.most} tags at most"
        )
    for word in (str(word) for pair in pairs for word in pair):
        if not _TAG.fullmatch(word) or word.lower().startswith("aws:"):
            yield _RefusedError("InvalidTagException", f"Tags cannot hold {word!r}")
    alike = [key for key, times in Counter(str(pair[0]).lower() for pair in pairs).items() if times > 1]
    if alike and service == "iam":
        yield _RefusedError("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")


def _over(size: int, limit: Limit, code: str, message: str = "") -> Iterator[ServiceException]:
    if size > limit.most:
        told = message or f"The {limit.of} must have at most {limit.most} {limit.unit}, and has {size}"
        yield _RefusedError(code, told)


def _role_policies(response: BaseResponse, request: Request) -> Iterator[ServiceException]:
    iam: IAMBackend = iam_backends[response.current_account][response.partition]
    role = next((role for role in iam.roles.values() if role.name == request["RoleName"]), None)
    policies = dict(role.policies) if role else {}
    policies[request["PolicyName"]] = request["PolicyDocument"]
    size = sum(without_spaces(text if isinstance(text, str) else json.dumps(text)) for text in policies.values())
    most = limits.ROLE_POLICIES.most
    told = f"Maximum policy size of {most} bytes exceeded for role {request['RoleName']}"
    yield from _over(size, limits.ROLE_POLICIES, "LimitExceeded", told)


def _trust(_: BaseResponse, request: Request) -> Iterator[ServiceException]:
    text = request.get("AssumeRolePolicyDocument") or request.get("PolicyDocument") or ""
    told = f"Cannot exceed quota for ACLSizePerRole: {limits.TRUST_POLICY.most}"
    yield from _over(without_spaces(text), limits.TRUST_POLICY, "LimitExceeded", told)


def _pattern(_: BaseResponse, request: Request) -> Iterator[ServiceException]:
    yield from _over(len(request.get("EventPattern") or ""), limits.EVENT_PATTERN, "ValidationException")


def _key(_: BaseResponse, request: Request) -> Iterator[ServiceException]:
    yield from _over(len((request.get("Policy") or "").encode()), limits.KEY_POLICY, "LimitExceededException")


def _composite(_: BaseResponse, request: Request) -> Iterator[ServiceException]:
    children = set(regex.findall(r"(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*\"?([^\")]+)", request.get("AlarmRule") or ""))
    yield from _over(len(children), limits.ALARM_CHILDREN, "ValidationError")


def _topic(_: BaseResponse, request: Request) -> Iterator[ServiceException]:
    named = request.get("AttributeName") == "Policy"
    text = request.get("AttributeValue") if named else (request.get("Attributes") or {}).get("Policy")
    if not text:
        return
    statements = _statements(text)
    code = "InvalidParameter"
    yield from _over(len(text.encode()), limits.TOPIC_POLICY, code)
    yield from _over(len(statements), limits.TOPIC_STATEMENTS, code)
    for statement in statements:
        principal = statement.get("Principal")
        who = principal.get("AWS") if isinstance(principal, dict) else []
        yield from _over(len(who) if isinstance(who, list) else 1, limits.TOPIC_PRINCIPALS, code)


def _queue(_: BaseResponse, request: Request) -> Iterator[ServiceException]:
    text = (request.get("Attributes") or {}).get("Policy")
    if text:
        yield from _over(len(text.encode()), limits.QUEUE_POLICY, "InvalidAttributeValue")
        yield from _over(len(_statements(text)), limits.QUEUE_STATEMENTS, "OverLimit")


def _statements(policy: str) -> list[Any]:
    try:
        found = json.loads(policy)["Statement"]
    except (ValueError, KeyError, TypeError):
        return []
    return found if isinstance(found, list) else [found]


_MEASURES: Final[dict[tuple[str, str], Callable[[BaseResponse, Request], Iterator[ServiceException]]]] = {
    ("iam", "PutRolePolicy"): _role_policies,
    ("iam", "CreateRole"): _trust,
    ("iam", "UpdateAssumeRolePolicy"): _trust,
    ("events", "PutRule"): _pattern,
    ("kms", "CreateKey"): _key,
    ("kms", "PutKeyPolicy"): _key,
    ("cloudwatch", "PutCompositeAlarm"): _composite,
    ("sns", "CreateTopic"): _topic,
    ("sns", "SetTopicAttributes"): _topic,
    ("sqs", "CreateQueue"): _queue,
    ("sqs", "SetQueueAttributes"): _queue,
}
