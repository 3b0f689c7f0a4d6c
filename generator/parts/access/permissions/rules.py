"""Rules of what a spec permits: AWS has the actions, what is wide has its reason, and all of it fits into a role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.aws import actions as known
from generator.aws.limits import ATTACHED_POLICIES, MANAGED_POLICY
from generator.model.names import Names
from generator.model.rules.finding import Finding
from generator.model.rules.references import twice
from generator.parts.access.permissions.policies import managed, size
from generator.parts.access.permissions.statements import LISTING, RESERVED, statements
from generator.parts.access.permissions.width import takes_no_resource, wide
from generator.permissions.sets.condition import operator
from generator.permissions.sets.language import Texts, is_possible
from generator.permissions.sets.pattern import glob
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.aws.actions import ServiceAction
    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.access.permissions.section import OwnStatement, Permissions

_REFUSED: Final = "name what is meant, or set access.wide_permissions: reason, which lets it through with a reason"
_UNSAID: Final = "name what is meant, or say why not in reason:"
_OPERATORS: Final = (
    *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "Bool", "Null"),
    *("StringNotEqualsIgnoreCase", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "IpAddress", "NotIpAddress"),
    *("NumericEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"),
    *("DateLessThan", "DateGreaterThan", "BinaryEquals"),
)


def permissions(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What roles may do beyond their work is known to AWS, as narrow as can be, and fits."""
    for at, own, role in permitted(environment, spec):
        for name, statement in own.statements.items():
            yield from _statement((*at, "statements", name), name, statement, spec)
        yield from _policies(at, own, spec)
        yield from _twice(at, own)
        yield from _fits(environment, spec, at, own, role)


def permitted(environment: str, spec: EnvironmentSpec) -> Iterator[tuple[Path, Permissions, str]]:
    """Yield what a spec permits: the key, what stands there, and the name of the role."""
    own = [(("builds", name, "permissions"), build.permissions, name) for name, build in spec.builds.items()]
    asked: list[tuple[Path, Permissions, str]] = [(at, each, build) for at, each, build in own if each is not None]
    pipeline = spec.pipeline and spec.pipeline.permissions
    if not asked and not pipeline:
        return
    names = Names.of(environment, spec)
    yield from ((at, each, names.role(build)) for at, each, build in asked)
    if pipeline:
        yield ("pipeline", "permissions"), pipeline, names.pipeline_role


def _statement(at: Path, name: str, statement: OwnStatement, spec: EnvironmentSpec) -> Iterator[Finding]:
    if name in RESERVED or name.startswith(LISTING):
        message = "is the name of a statement that the short words of permissions make"
        yield Finding(at, message, "give it another name", "statement-name")
    unknown = list(_unknown_actions(at, statement))
    yield from unknown
    yield from _conditions(at, statement)
    yield from twice((*at, "actions"), [each.lower() for each in statement.actions])
    yield from twice((*at, "resources"), statement.resources)
    if unknown:
        return  # what follows is said of actions that AWS has
    yield from _aimless(at, statement)
    found = list(wide(statement))
    for kind, index, why in found:
        if spec.access.wide_permissions == "refused":
            yield Finding((*at, kind, index), f"{why}; access.wide_permissions is refused", _REFUSED, "wide-permission")
        elif statement.reason is None:
            yield Finding((*at, kind, index), why, _UNSAID, "wide-permission")


def _unknown_actions(at: Path, statement: OwnStatement) -> Iterator[Finding]:
    for index, name in enumerate(statement.actions):
        prefix, _, own = name.partition(":")
        if name == "*" or known.matching(name):
            continue
        path = (*at, "actions", index)
        service = known.service(prefix)
        if service is None:
            close = closest(prefix.lower(), known.prefixes())
            hint = f"did you mean {close}:{own}?" if close else "the prefix of a service is that of its actions in IAM"
            yield Finding(path, f"AWS has no service {prefix}", hint, "unknown-action")
        else:
            actions = {each.name.partition(":")[2].lower(): each.name for each in service.actions.values()}
            close = closest(own.lower(), actions, cutoff=0.6)
            hint = f"did you mean {actions[close]}?" if close else f"see the actions of {service.title}"
            told = (
                f"no action of {service.title} matches it"
                if "*" in own or "?" in own
                else (f"{service.title} has no action {own}")
            )
            yield Finding(path, told, hint, "unknown-action")


def _conditions(at: Path, statement: OwnStatement) -> Iterator[Finding]:
    for test in statement.conditions:
        if operator(test) is None:
            close = closest(test.rpartition(":")[2], _OPERATORS)
            hint = f"did you mean {close}?" if close else f"there are: {', '.join(_OPERATORS)}"
            yield Finding((*at, "conditions", test), "IAM has no such operator", hint, "condition-operator")


def _aimless(at: Path, statement: OwnStatement) -> Iterator[Finding]:
    """A statement allows nothing where no resource that it names is one that its action acts on."""
    if "*" in statement.resources:
        return
    for index, name in enumerate(statement.actions):
        path, action = (*at, "actions", index), known.action(name)
        if action is None:
            continue
        if takes_no_resource(name):
            message = "acts on no resource that AWS could compare: beside these resources it allows nothing"
            hint = 'put it into a statement of its own, with resources: ["*"]'
            yield Finding(path, message, hint, "action-resource")
        elif not any(_may_be(resource, action) for resource in statement.resources):
            forms = " or ".join(sorted(set(_forms(action)))[:3])
            yield Finding(
                path, "acts on none of these resources", f"name one such as {forms}", "action-resource", "warning"
            )


def _may_be(resource: str, action: ServiceAction) -> bool:
    patterns = (glob(_wild(form), has_variables=False) for form in _forms(action))
    asked = glob(_wild(resource), has_variables=False)
    return any(is_possible(frozenset({Texts(frozenset({asked})), Texts(frozenset({each}))})) for each in patterns)


def _forms(action: ServiceAction) -> list[str]:
    service = known.service(action.name.partition(":")[0])
    return list(service.arns_of(action)) if service else []


def _wild(text: str) -> str:
    """Put `*` in the place of each variable."""
    head, *rest = text.split("${")
    return head + "".join("*" + each.partition("}")[2] for each in rest)


def _policies(at: Path, own: Permissions, spec: EnvironmentSpec) -> Iterator[Finding]:
    yield from twice((*at, "policies"), [each.arn for each in own.policies])
    for index, each in enumerate(own.policies):
        path, account = (*at, "policies", index), each.arn.split(":")[4]
        if account == "aws":
            why = "is made by AWS for everybody, and AWS changes it"
            if spec.access.wide_permissions == "refused":
                yield Finding(path, f"{why}; access.wide_permissions is refused", _REFUSED, "wide-permission")
            elif each.reason is None:
                yield Finding(path, why, "say why it is needed in reason:, or write statements", "wide-permission")
        elif account != spec.account:
            message = f"is a policy of account {account}, but the role lives in {spec.account}"
            yield Finding((*path, "arn"), message, "name a policy of the environment's own account", "policy-account")


def _twice(at: Path, own: Permissions) -> Iterator[Finding]:
    lists = {
        **{f"buckets.{kind}": getattr(own.buckets, kind) for kind in ("read", "write", "sync")},
        **{f"repositories.{kind}": getattr(own.repositories, kind) for kind in ("pull", "push")},
        **{f"tables.{kind}": getattr(own.tables, kind) for kind in ("read", "write")},
        **{f"keys.{kind}": getattr(own.keys, kind) for kind in ("decrypt", "encrypt")},
        **{key: getattr(own, key) for key in ("functions", "distributions", "assume_roles")},
    }
    for key, items in lists.items():
        yield from twice((*at, *key.split(".")), items)


def _fits(environment: str, spec: EnvironmentSpec, at: Path, own: Permissions, role: str) -> Iterator[Finding]:
    made = statements(own, Names.of(environment, spec), at, "")
    for each in made:
        if (found := size(each)) > MANAGED_POLICY.most - 100:
            message = (
                f"makes a statement of {found:,} characters; AWS takes {MANAGED_POLICY.most:,} in a managed policy"
            )
            yield Finding(each.key, message, "split it into two statements", "statement-too-large")
            return
    count = len(managed(made, role)) + len(own.policies)
    if count > ATTACHED_POLICIES.most:
        message = f"makes {count} managed policies of IAM role {role}; AWS allows {ATTACHED_POLICIES.most}"
        yield Finding(at, message, "permit less, or split the build", "too-many-policies")
