"""As whom AWS is called for an environment, and for its state, by its spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.credentials.identity import AMBIENT, Credentials, Role, WebIdentity
from generator.model.types import duration_text

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.parts.credentials.section import Identity


def credentials_of(environment: str, spec: EnvironmentSpec) -> Credentials:
    """Return the credentials of the provider, and of every call on the environment's resources."""
    return _of(environment, spec.credentials) if spec.credentials else AMBIENT


def credentials_of_state(environment: str, spec: EnvironmentSpec) -> Credentials:
    """Return the credentials of the S3 backend: its own, else those of the provider."""
    own = spec.credentials.state if spec.credentials else None
    return _of(environment, own) if own else credentials_of(environment, spec)


def account_of_state(environment: str, spec: EnvironmentSpec) -> str:
    """Return the account that a state is read and written in."""
    own = spec.state.account if spec.state else None
    return own or credentials_of_state(environment, spec).account or spec.account


def _of(environment: str, said: Identity) -> Credentials:
    usual = f"tfstencil-{environment}"
    web, role = said.web_identity, said.assume_role
    return Credentials(
        said.profile,
        WebIdentity(web.arn, web.session_name or usual, web.token_file) if web else None,
        Role(
            role.arn,
            role.session_name or usual,
            role.external_id,
            duration_text(role.duration) if role.duration else None,
        )
        if role
        else None,
    )
