"""Actions with which whoever has them can give itself, or others, more than it has."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from generator.aws import actions
from generator.aws.actions import AccessLevel

_READING: Final = frozenset({AccessLevel.LIST, AccessLevel.READ})
# Whatever these services change is who may do what.
_SERVICES: Final = frozenset({"account", "iam", "identitystore", "organizations", "ram", "rolesanywhere", "sso", "sts"})
# AWS classes these as plain writing, though they write a policy or who may use a thing.
_WRITES_POLICY: Final = frozenset(
    {
        "codebuild:updateprojectvisibility",
        "ec2:modifyvpcendpoint",
        "sns:settopicattributes",
        "sqs:setqueueattributes",
    }
)
# And these as permissions management, though they reach no further than the object, interface or stack that the
# statement names: ACLs are off where buckets own their objects, an interface is lent to the service of the condition,
# and the policy of a CloudFormation stack says which of its resources its own updates may change.
_HARMLESS: Final = frozenset(
    {
        "cloudformation:setstackpolicy",
        "ec2:createnetworkinterfacepermission",
        "s3:putobjectacl",
        "s3:putobjectversionacl",
        "sts:setsourceidentity",
    }
)
_USES_OF_KEYS: Final = frozenset(
    {
        "kms:decrypt",
        "kms:derivesharedsecret",
        "kms:encrypt",
        "kms:generatedatakey",
        "kms:generatedatakeypair",
        "kms:generatedatakeypairwithoutplaintext",
        "kms:generatedatakeywithoutplaintext",
        "kms:generatemac",
        "kms:generaterandom",
        "kms:reencryptfrom",
        "kms:reencryptto",
        "kms:sign",
        "kms:verify",
        "kms:verifymac",
    }
)


@lru_cache(maxsize=4096)
def is_administration(name: str) -> bool:
    """Whether one action manages permissions: IAM, STS, the management of keys, the writing of a policy.

    Args:
        name: of the action, without wildcards.
    """
    lower = name.lower()
    if lower in _HARMLESS or lower in _USES_OF_KEYS:
        return False
    found = actions.action(lower)
    if found is None or found.level in _READING:
        # What AWS has no action for is judged elsewhere; to look at who may do what is not to change it.
        return False
    service = lower.partition(":")[0]
    return found.level is AccessLevel.PERMISSIONS or service in _SERVICES | {"kms"} or lower in _WRITES_POLICY


def is_action(name: str) -> bool:
    """Whether AWS has an action of that name, as far as the extract knows."""
    return actions.action(name) is not None
