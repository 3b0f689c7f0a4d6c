"""What the sandbox lacks is said plainly, and listed in docs/sandbox.md."""

from __future__ import annotations

import http.client
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from pathlib import Path

    from generator.sandbox.control import SandboxInfo

ROW = re.compile(r"^\| [^|]+ \| `(?P<service>[a-z-]+)\.(?P<call>[a-z_]+)` \| (?P<answer>[^|]+) \|$", re.MULTILINE)


def client(sandbox: SandboxInfo, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=sandbox.endpoint,
        region_name="us-east-1",
        aws_access_key_id="111122223333",
        aws_secret_access_key="x",
        # The call fails before anybody looks at what is missing in it.
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )


def test_every_gap_of_the_list_is_one_and_fails_as_it_says(sandbox: SandboxInfo, repository: Path) -> None:
    rows = list(ROW.finditer((repository / "docs" / "sandbox.md").read_text(encoding="utf-8")))
    assert len(rows) >= 15
    for row in rows:
        asked = client(sandbox, row["service"])
        shape = asked.meta.service_model.operation_model(asked.meta.method_to_api_mapping[row["call"]]).input_shape
        # A domain is part of the address, so that it must be there.
        in_address = {"domain": "acme"} if shape and "domain" in shape.members else {}
        with pytest.raises(ClientError) as caught:
            getattr(asked, row["call"])(**in_address)
        error = caught.value.response["Error"]
        assert (error["Code"], error["Message"]) == ("NotImplemented", row["answer"])


def test_a_page_for_people_stays_a_page(sandbox: SandboxInfo) -> None:
    connection = http.client.HTTPConnection(urlsplit(sandbox.endpoint).netloc, timeout=10)
    connection.request("GET", "/favicon.ico")
    answer = connection.getresponse()
    assert (answer.status, answer.headers.get_content_type()) == (404, "text/html")
    connection.close()


def test_a_bucket_that_does_not_exist_is_still_no_such_bucket(sandbox: SandboxInfo) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        client(sandbox, "s3").get_object(Bucket="none-at-all", Key="x")
