"""Conditions that say who is meant, where the principal does not: which keys do, and whose their values are."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

from generator.permissions.policy import is_identity
from generator.permissions.sets.language import Texts
from generator.permissions.sets.pattern import ARN_FIELDS, Variable, Wild, is_fixed, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.permissions.policy import Account
    from generator.permissions.sets.pattern import Pattern
    from generator.permissions.sets.region import Region

# Keys whose value says which account, organisation or network a request comes from.
_ACCOUNTS: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:sourceaccount",
        "aws:sourceowner",
        "kms:calleraccount",
        # Access points have policies of their own.
        "s3:dataaccesspointaccount",
    }
)
_ARNS: Final = frozenset({"aws:principalarn", "aws:sourcearn"})
_PLACES: Final = frozenset({"aws:sourcevpc", "aws:sourcevpce"})
_ORGANISATIONS: Final = frozenset(
    {"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"}
)
# What a service names to KMS of the thing that it acts for. Whoever else calls KMS may name what he likes.
_CONTEXTS: Final = {
    "kms:encryptioncontext:aws:logs:arn": re.compile(r"Service:logs\."),
    "kms:encryptioncontext:aws:sns:topicarn": re.compile(r"Service:(events|sns)\."),
}
# EventBridge sends no key that a topic's policy could ask for, and rules of other accounts need a role to name a topic:
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
_WITHOUT_KEYS: Final = frozenset({("Service:events.amazonaws.com", "sns:publish")})
_ORGANISATION: Final = re.compile(r"o-[a-z0-9]+(/|$)")
_SERVICE: Final = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
_NUMBER: Final = re.compile(r"\d{12}")
_COGNITO: Final = "Federated:cognito-identity.amazonaws.com"


class Bond(Enum):
    """How far the conditions of a grant say who is meant.

    Attributes:
        OWN: what belongs to the own account alone.
        FOREIGN: named others, or an organisation, of which nobody knows whose it is.
        NONE: not at all.
    """

    OWN = "own"
    FOREIGN = "foreign"
    NONE = "none"


def bond(region: Region, principal: str, account: Account) -> Bond:
    """Say whom the conditions of a grant to everybody, or to a service, mean."""
    named = [texts for key, texts in _required(region) if _binds(key, texts, principal)]
    if any(all(_is_own(each, account) for each in texts.patterns) for texts in named):
        return Bond.OWN
    return Bond.FOREIGN if named else Bond.NONE


def needs_no_bond(principal: str, action: str) -> bool:
    """Whether a service cannot be bound by conditions, and acts for the own account alone all the same."""
    return (principal, action.lower()) in _WITHOUT_KEYS


def is_bound_identity(region: Region, provider: str) -> bool:
    """Whether the conditions name the very identities that a provider of identities vouches for."""
    claims = {key.rpartition(":")[2] for key, texts in _required(region) if _is_listed(texts)}
    if ":saml-provider/" in provider or provider == _COGNITO:
        # The provider is the account's own, or the audience is one pool of identities.
        return bool(claims & {"aud", "sub"})
    return "sub" in claims


def is_own(texts: Texts, account: Account) -> bool:
    """Whether all values are things of the own account, each by its name."""
    return _is_listed(texts) and all(_is_own(each, account) for each in texts.patterns)


def is_named(texts: Texts, account: Account) -> bool:
    """Whether all values are such things, or services of AWS."""
    return _is_listed(texts) and all(
        _is_own(each, account) or bool(_SERVICE.fullmatch(text_of(each))) for each in texts.patterns
    )


def _required(region: Region) -> Iterator[tuple[str, Texts]]:
    """Yield the condition keys that must be there, with the values of which one must be."""
    for dimension, tests in region.tests.items():
        for test in tests:
            if test.is_some and isinstance(test.values, Texts) and not test.values.is_negated:
                yield dimension.name, test.values


def _binds(key: str, texts: Texts, principal: str) -> bool:
    if key in _ARNS:
        return all(is_fixed(each) or _NUMBER.fullmatch(_fields(each)[4]) for each in texts.patterns)
    if key in _ORGANISATIONS:
        return all(_ORGANISATION.match(text_of(each)) for each in texts.patterns)
    context = _CONTEXTS.get(key)
    return _is_listed(texts) and (key in _ACCOUNTS | _PLACES or bool(context and context.match(principal)))


def _is_listed(texts: Texts) -> bool:
    return not texts.is_negated and all(is_fixed(each) for each in texts.patterns)


def _is_own(pattern: Pattern, account: Account) -> bool:
    text = text_of(pattern)
    if is_fixed(pattern) and (is_identity(text) or text == account.number):
        return True
    fields = _fields(pattern)
    return fields[0] == "arn" and fields[1] == account.partition and fields[4] == account.number


def _fields(pattern: Pattern) -> list[str]:
    """Return the first five fields of an ARN; all are empty where a `*` may reach from one into the next."""
    fields = [""]
    for each in pattern:
        if each == ":":
            fields.append("")
        elif isinstance(each, Variable) or each in {Wild.ANY, Wild.ONE}:
            break
        else:
            fields[-1] += text_of((each,))
        if len(fields) == ARN_FIELDS:
            return fields[:-1]
    return [""] * (ARN_FIELDS - 1)
