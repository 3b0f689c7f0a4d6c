"""What a spec says that an account has already: the sandbox believes it, and gives its account the same."""

from __future__ import annotations

from typing import Any, Final

from generator.readback.clients import Clients

# A server whose credential is a name and a password.
_NAMED: Final = frozenset({"BITBUCKET"})


def give_credential(endpoint: str, account: str, region: str, server: str) -> bool:
    """Give an account of the sandbox a source credential; tell whether it had none.

    Args:
        endpoint: address of the sandbox.
        account: twelve digits.
        region: of the credential.
        server: CodeBuild's word for the server, such as `GITHUB`.

    Raises:
        SandboxError: boto3 is missing, or nothing answers.
    """
    codebuild: Any = Clients(region, account, endpoint).client("codebuild")
    held = codebuild.list_source_credentials()["sourceCredentialsInfos"]
    if any(each["serverType"] == server for each in held):
        return False
    way = (
        {"authType": "BASIC_AUTH", "username": "sandbox"} if server in _NAMED else {"authType": "PERSONAL_ACCESS_TOKEN"}
    )
    codebuild.import_source_credentials(serverType=server, token="of-the-sandbox", **way)  # noqa: S106  # no secret
    return True
