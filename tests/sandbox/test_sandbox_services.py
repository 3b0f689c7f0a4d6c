"""What the sandbox adds to moto's S3, KMS and CloudWatch Logs, asked through boto3."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.sandbox.control import SandboxInfo


@pytest.fixture
def s3(aws: Callable[..., Any]) -> Any:
    return aws("s3")


@pytest.fixture
def bucket(s3: Any, account: str) -> str:
    # Bucket names are shared by all accounts.
    s3.create_bucket(Bucket=f"bucket-{account}")
    return f"bucket-{account}"


def put_policy(s3: Any, bucket: str, **statement: Any) -> None:
    arn = f"arn:aws:s3:::{bucket}"
    full = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, f"{arn}/*"]} | statement
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [full]}))


def denied(call: Callable[..., Any], **arguments: Any) -> bool:
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 403  # noqa: PT017  # any other is a mistake
        return True
    return False


def test_a_bucket_that_refuses_plain_http_can_be_used(s3: Any, bucket: str) -> None:
    put_policy(s3, bucket, Condition={"Bool": {"aws:SecureTransport": "false"}})
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}]})
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_bucket_that_asks_for_tls_1_2_can_be_used(s3: Any, bucket: str) -> None:
    put_policy(s3, bucket, Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}})
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")


def test_a_denial_without_condition_denies(s3: Any, bucket: str) -> None:
    put_policy(s3, bucket, Action="s3:PutObject")
    assert denied(s3.put_object, Bucket=bucket, Key="a", Body=b"x")


def test_a_denial_is_for_the_named_part_of_the_bucket(s3: Any, bucket: str) -> None:
    put_policy(s3, bucket, Resource=f"arn:aws:s3:::{bucket}/closed/*")
    s3.put_object(Bucket=bucket, Key="open/a", Body=b"x")
    assert denied(s3.put_object, Bucket=bucket, Key="closed/a", Body=b"x")


def test_unencrypted_uploads_can_be_denied(s3: Any, bucket: str) -> None:
    put_policy(s3, bucket, Condition={"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}})
    assert denied(s3.put_object, Bucket=bucket, Key="a", Body=b"x")
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", ServerSideEncryption="aws:kms")


def test_reading_an_objects_head_is_reading_the_object(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    put_policy(s3, bucket, Action="s3:GetObject")
    assert denied(s3.head_object, Bucket=bucket, Key="a")


def test_other_accounts_can_be_denied(s3: Any, bucket: str, account: str, aws: Callable[..., Any]) -> None:
    put_policy(s3, bucket, Condition={"StringNotEquals": {"aws:PrincipalAccount": account}})
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert denied(aws("s3", key="999999999999").get_object, Bucket=bucket, Key="a")


def test_anonymous_readers_are_let_in_by_a_policy_for_everybody_only(
    s3: Any, bucket: str, sandbox: SandboxInfo
) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    address = f"{sandbox.endpoint}/{bucket}/a"

    def read() -> bytes:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  # our own address
            return bytes(answer.read())

    put_policy(s3, bucket, Effect="Allow", Principal={"AWS": "arn:aws:iam::999999999999:root"}, Action="s3:GetObject")
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        read()
    refused.value.close()
    put_policy(s3, bucket, Effect="Allow", Action="s3:GetObject")
    assert read() == b"x"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ({"Condition": {"Boool": {"a": "b"}}}, "Invalid Condition type : Boool"),
        ({"Resource": "arn:aws:s3:::another-bucket/*"}, "invalid resource"),
    ],
    ids=["an unknown operator", "another bucket"],
)
def test_a_policy_that_aws_would_not_take_is_refused(
    s3: Any, bucket: str, statement: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        put_policy(s3, bucket, **statement)
    assert caught.value.response["Error"]["Code"] == "MalformedPolicy"


def test_text_that_is_no_policy_is_refused(s3: Any, bucket: str) -> None:
    for text in ("{", "{}", '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'):
        with pytest.raises(ClientError, match="MalformedPolicy"):
            s3.put_bucket_policy(Bucket=bucket, Policy=text)


def test_a_public_policy_is_refused_where_public_policies_are_blocked(s3: Any, bucket: str) -> None:
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicPolicy": True})
    with pytest.raises(ClientError, match="AccessDenied"):
        put_policy(s3, bucket, Effect="Allow", Action="s3:GetObject")
    put_policy(s3, bucket, Condition={"Bool": {"aws:SecureTransport": "false"}})


@pytest.mark.parametrize(
    ("kind", "body", "listed"),
    [
        ("metrics", {"Id": "one"}, "MetricsConfigurationList"),
        ("analytics", {"Id": "one", "StorageClassAnalysis": {}}, "AnalyticsConfigurationList"),
        (
            "intelligent_tiering",
            {"Id": "one", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]},
            "IntelligentTieringConfigurationList",
        ),
        (
            "inventory",
            {
                "Id": "one",
                "IsEnabled": True,
                "IncludedObjectVersions": "All",
                "Schedule": {"Frequency": "Daily"},
                "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::b", "Format": "CSV"}},
            },
            "InventoryConfigurationList",
        ),
    ],
    ids=["metrics", "analytics", "intelligent tiering", "inventory"],
)
def test_a_numbered_configuration_is_kept_and_deleting_it_leaves_the_bucket(
    s3: Any, bucket: str, kind: str, body: dict[str, Any], listed: str
) -> None:
    def call(verb: str, **more: Any) -> dict[str, Any]:
        plural = "s" if verb == "list" else ""
        answer: dict[str, Any] = getattr(s3, f"{verb}_bucket_{kind}_configuration{plural}")(Bucket=bucket, **more)
        return answer

    name = f"{kind.title().replace('_', '')}Configuration"
    call("put", Id="one", **{name: body})
    assert call("get", Id="one")[name] == body
    assert call("list")[listed] == [body]
    call("delete", Id="one")
    with pytest.raises(ClientError, match="NoSuchConfiguration"):
        call("get", Id="one")
    with pytest.raises(ClientError, match="NoSuchConfiguration"):
        call("delete", Id="one")
    s3.head_bucket(Bucket=bucket)


def test_a_key_is_rotated_as_often_as_it_was_told(aws: Callable[..., Any]) -> None:
    kms = aws("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert "RotationPeriodInDays" not in kms.get_key_rotation_status(KeyId=key)
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    rotation = kms.get_key_rotation_status(KeyId=key)
    assert (rotation["KeyRotationEnabled"], rotation["RotationPeriodInDays"]) == (True, 90)


@pytest.fixture
def key_for(aws: Callable[..., Any], account: str) -> Callable[[str], str]:
    """Make a key that CloudWatch Logs may use for the log groups of a name."""

    def make(groups: str) -> str:
        group = f"arn:aws:logs:us-east-1:{account}:log-group:{groups}"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
            "Resource": "*",
            "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": group}},
        }
        key = aws("kms").create_key(Policy=json.dumps({"Statement": [statement]}), BypassPolicyLockoutSafetyCheck=True)
        return str(key["KeyMetadata"]["Arn"])

    return make


def test_a_log_group_takes_only_a_key_that_lets_it(aws: Callable[..., Any], key_for: Callable[[str], str]) -> None:
    logs = aws("logs")
    key = key_for("mine*")
    with pytest.raises(logs.exceptions.InvalidParameterException, match="is not allowed to be used"):
        logs.create_log_group(logGroupName="others", kmsKeyId=key)
    with pytest.raises(logs.exceptions.InvalidParameterException, match="does not exist"):
        logs.create_log_group(logGroupName="mine", kmsKeyId=key[:-1])
    logs.create_log_group(logGroupName="mine", kmsKeyId=key)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == key


def test_a_log_group_changes_its_key(aws: Callable[..., Any], key_for: Callable[[str], str]) -> None:
    logs = aws("logs")
    logs.create_log_group(logGroupName="mine")
    key = key_for("mine")
    logs.associate_kms_key(logGroupName="mine", kmsKeyId=key)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == key
    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.associate_kms_key(logGroupName="mine", kmsKeyId=key_for("others"))
    logs.disassociate_kms_key(logGroupName="mine")
    assert "kmsKeyId" not in logs.describe_log_groups()["logGroups"][0]
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.associate_kms_key(logGroupName="missing", kmsKeyId=key)


def test_aws_managed_policies_exist(aws: Callable[..., Any]) -> None:
    policy = aws("iam").get_policy(PolicyArn="arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess")
    assert policy["Policy"]["PolicyName"] == "AWSXrayWriteOnlyAccess"
