"""CodeConnections as the sandbox answers it, under both of its names, asked through boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(params=["codeconnections", "codestar-connections"])
def connections(request: pytest.FixtureRequest, aws: Callable[..., Any]) -> Any:
    return aws(request.param)


def test_a_connection_waits_for_somebody_to_sign_in(connections: Any, account: str) -> None:
    arn = connections.create_connection(ConnectionName="github", ProviderType="GitHub")["ConnectionArn"]
    name = connections.meta.service_model.signing_name
    assert arn.startswith(f"arn:aws:{name}:us-east-1:{account}:connection/")
    assert connections.get_connection(ConnectionArn=arn)["Connection"] == {
        "ConnectionArn": arn,
        "ConnectionName": "github",
        "ConnectionStatus": "PENDING",
        "OwnerAccountId": account,
        "ProviderType": "GitHub",
    }
    assert [one["ConnectionArn"] for one in connections.list_connections()["Connections"]] == [arn]
    assert connections.list_connections(ProviderTypeFilter="GitLab")["Connections"] == []
    connections.delete_connection(ConnectionArn=arn)
    assert connections.list_connections()["Connections"] == []


def test_what_does_not_exist_is_not_found(connections: Any, account: str) -> None:
    name = connections.meta.service_model.signing_name
    arn = f"arn:aws:{name}:us-east-1:{account}:connection/none"
    host = f"arn:aws:{name}:us-east-1:{account}:host/none-12345678"
    missing = pytest.raises(connections.exceptions.ResourceNotFoundException)
    with missing:
        connections.get_connection(ConnectionArn=arn)
    with missing:
        connections.delete_connection(ConnectionArn=arn)
    with missing:
        connections.create_connection(ConnectionName="ghe", HostArn=host)
    with missing:
        connections.update_host(HostArn=host, ProviderEndpoint="https://ghe.acme.example")
    with missing:
        connections.list_tags_for_resource(ResourceArn=arn)


def test_a_connection_is_to_a_provider_or_a_host(connections: Any) -> None:
    with pytest.raises(connections.exceptions.ClientError, match="Either ProviderType or HostArn"):
        connections.create_connection(ConnectionName="nowhere")


def test_a_host_stays_while_connections_use_it(connections: Any) -> None:
    endpoint = {"ProviderType": "GitHubEnterpriseServer", "ProviderEndpoint": "https://ghe.acme.example"}
    host = connections.create_host(Name="ghe", **endpoint)["HostArn"]
    arn = connections.create_connection(ConnectionName="ghe", HostArn=host)["ConnectionArn"]
    assert connections.get_connection(ConnectionArn=arn)["Connection"]["ProviderType"] == "GitHubEnterpriseServer"
    with pytest.raises(connections.exceptions.ResourceUnavailableException):
        connections.delete_host(HostArn=host)
    connections.update_host(HostArn=host, ProviderEndpoint="https://git.acme.example")
    assert connections.get_host(HostArn=host)["ProviderEndpoint"] == "https://git.acme.example"
    connections.delete_connection(ConnectionArn=arn)
    connections.delete_host(HostArn=host)
    assert connections.list_hosts()["Hosts"] == []


def test_tags_are_added_and_taken_away(connections: Any) -> None:
    tags = [{"Key": "a", "Value": "1"}]
    arn = connections.create_connection(ConnectionName="x", ProviderType="GitHub", Tags=tags)["ConnectionArn"]
    connections.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    connections.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert connections.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_other_accounts_and_regions_have_other_connections(aws: Callable[..., Any]) -> None:
    aws("codeconnections").create_connection(ConnectionName="x", ProviderType="GitHub")
    assert aws("codeconnections", region="eu-central-1").list_connections()["Connections"] == []
    assert aws("codeconnections", key="999999999999").list_connections()["Connections"] == []
