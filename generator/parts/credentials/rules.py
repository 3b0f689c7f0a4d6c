"""Rules of credentials: what is given by one way only, and to the account that the environment lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.aws.regions import partition_of
from generator.model.rules.finding import Finding
from generator.parts.credentials.derivation import account_of_state, credentials_of_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.credentials.section import Identity


def credentials(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Each identity says who it is, in one way, and leads to the account that it is for."""
    said = spec.credentials
    if said is not None:
        yield from _identity(("credentials",), said, spec, has_state=said.state is not None)
        yield from _account(("credentials",), said, spec.account, "the environment lies in")
        if said.state is not None:
            yield from _identity(("credentials", "state"), said.state, spec, has_state=False)
            if spec.state is None:
                message = "is for a state in S3, and the state is a local file"
                hint = "name the bucket (state.bucket), or remove it"
                yield Finding(("credentials", "state"), message, hint, "credentials-of-no-state")
    yield from _account_of_state(environment, spec)


def _identity(path: Path, said: Identity, spec: EnvironmentSpec, *, has_state: bool) -> Iterator[Finding]:
    if said.profile and said.web_identity:
        message = "cannot be used together with web_identity: either of them says who you are"
        yield Finding((*path, "profile"), message, "keep one of the two", "credentials-two-ways")
    if not (said.profile or said.web_identity or said.assume_role or has_state):
        message = "says nothing of who you are"
        yield Finding(path, message, "say profile, web_identity or assume_role, or remove it", "credentials-of-nobody")
    partition = partition_of(spec.region)
    for key in ("web_identity", "assume_role"):
        role = getattr(said, key)
        if role and role.arn.split(":")[1] != partition:
            message = f"is a role of partition {role.arn.split(':')[1]}, and {spec.region} lies in {partition}"
            yield Finding((*path, key, "arn"), message, "name a role of the same partition", "credentials-partition")


def _account(path: Path, said: Identity, account: str, whose: str) -> Iterator[Finding]:
    key = "assume_role" if said.assume_role else "web_identity"
    last = said.assume_role or said.web_identity
    if last and last.arn.split(":")[4] != account:
        message = f"is a role of account {last.arn.split(':')[4]}, and {whose} {account}"
        yield Finding((*path, key, "arn"), message, f"name a role of {account}", "credentials-account")


def _account_of_state(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    if spec.state is None or spec.state.account is None:
        return
    last = credentials_of_state(environment, spec).account
    if last and last != account_of_state(environment, spec):
        message = f"is not {last}, the account of the role that the state is read and written with"
        yield Finding(("state", "account"), message, "remove it: the role says it", "state-account")
