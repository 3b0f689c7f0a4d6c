"""Part `credentials`: as whom AWS is called for the environment, and for its state."""

from __future__ import annotations

from generator.parts.credentials.section import CredentialsOfEnvironment
from generator.parts.framework.part import Derivation, Key, Part, Rule


def _rules() -> tuple[Rule, ...]:
    from generator.parts.credentials import rules

    return (Rule(rules.credentials, "always"),)


def _derivation() -> Derivation:
    from generator.parts.credentials.derivation import credentials_of

    return Derivation(
        facts={"credentials": lambda scope, _: credentials_of(scope.names.environment, scope.spec)},
        origins={
            "credentials": ("credentials",),
            "credentials.profile": ("credentials.profile",),
            "credentials.role": ("credentials.assume_role",),
            "credentials.role.arn": ("credentials.assume_role.arn",),
            "credentials.role.session_name": ("credentials.assume_role.session_name",),
            "credentials.role.external_id": ("credentials.assume_role.external_id",),
            "credentials.role.duration": ("credentials.assume_role.duration",),
            "credentials.web_identity": ("credentials.web_identity",),
            "credentials.web_identity.arn": ("credentials.web_identity.arn",),
            "credentials.web_identity.session_name": ("credentials.web_identity.session_name",),
            "credentials.web_identity.token_file": ("credentials.web_identity.token_file",),
        },
    )


PART = Part(
    "credentials",
    key=Key(CredentialsOfEnvironment, "As whom AWS is called; without it, as whoever the shell is signed in as."),
    kinds=frozenset({"builds", "backend"}),
    rules=_rules,
    derivation=_derivation,
)
