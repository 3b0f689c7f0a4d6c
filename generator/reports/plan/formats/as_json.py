"""The document as JSON data, as `docs/plan.schema.json` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.reports.plan.document import Risk, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.reports.plan.document import Change, Document, Environment, Group, Remark
    from generator.reports.plan.values.difference import Difference, Origin, Statement, Value

# Grows by one where a reader of an older one would err; keys may be added at any time.
VERSION: Final = 1


def as_data(document: Document) -> dict[str, Any]:
    """Write a document as JSON data."""
    planned = [each for each in document.environments if each.verdict is not Verdict.FAILED]
    return {
        "ok": len(planned) == len(document.environments),
        "version": VERSION,
        "mode": document.mode,
        "verb": document.verb,
        "verdict": document.verdict.value,
        "environments": [environment_data(each) for each in planned],
        "groups": [_group(document, each) for each in document.groups],
    }


def environment_data(environment: Environment) -> dict[str, Any]:
    """Write one environment as JSON data."""
    remarks = {
        key: [_remark(each) for each in environment.remarks if each.kind == kind]
        for key, kind in (("refusals", "refused"), ("allowed", "allowed"), ("advice", "advice"))
    }
    return {
        "name": environment.name,
        "stack": environment.stack,
        "class": environment.environment_class,
        "account": environment.account,
        "region": environment.region,
        "verdict": environment.verdict.value,
        "has_changes": environment.has_changes,
        "is_first": environment.is_first,
        "counts": dict(environment.counts),
        "changes": [change_data(each) for each in environment.changes if each.risk is not Risk.READ],
        "outside": [change_data(each) for each in environment.outside],
        "outputs": dict(environment.outputs),
        "output_count": environment.output_count,
        "billed": [
            {"address": each.address, "service": each.service, "units": list(each.units), "sign": each.sign}
            for each in environment.billed
        ],
        "apply_seconds": environment.seconds,
        "files": list(environment.files),
        "warnings": list(environment.warnings),
        "refreshed_at": environment.refreshed_at or None,
        "terraform": environment.terraform,
        "seconds": round(environment.planned_seconds, 2),
        "outcome": environment.outcome or None,
        **remarks,
        "known": _excused(environment, is_expired=False),
        "expired": _excused(environment, is_expired=True),
    }


def _excused(environment: Environment, *, is_expired: bool) -> list[dict[str, Any]]:
    return [
        {
            "kind": each.kind,
            "reason": each.reason,
            "until": each.until,
            "place": each.place,
            "change": change_data(each.change),
        }
        for each in environment.excused
        if each.is_expired is is_expired
    ]


def change_data(change: Change) -> dict[str, Any]:
    """Write one change as JSON data."""
    return {
        "address": change.address,
        "type": change.type,
        "module": change.module,
        "action": change.action,
        "actions": list(change.actions),
        "risk": change.risk.value,
        "changed": _top_names(change.differences) if change.action in {"update", "replace"} else [],
        "values": [_difference(each) for each in change.differences],
        "replaced_because_of": [list(path) for path in change.replaced_because_of],
        "reason": change.reason,
        "previous_address": change.previous_address,
        "import_id": change.import_id,
        "deposed": change.deposed,
        "computed": change.computed,
        "origins": [_origin(each) for each in change.origins],
        "template": change.template,
        "rendered": change.rendered,
        "seconds": change.seconds,
    }


def _top_names(differences: Iterable[Difference]) -> list[str]:
    return sorted({each.path.split(".")[0].split("[")[0] for each in differences})


def _difference(difference: Difference) -> dict[str, Any]:
    found: dict[str, Any] = {
        "path": difference.path,
        "at": list(difference.at),
        "replaces": difference.replaces,
        "origins": [_origin(each) for each in difference.origins],
    }
    if difference.statements:
        return found | {"statements": [_statement(each) for each in difference.statements]}
    if difference.lines:
        return found | {"lines": list(difference.lines)}
    if difference.added or difference.removed:
        return found | {"added": list(difference.added), "removed": list(difference.removed)}
    return found | {"before": _value(difference.before), "after": _value(difference.after)}


def _value(value: Value) -> dict[str, Any]:
    match value.kind:
        case "known":
            return {"kind": "known", "value": value.data}
        case "unknown":
            return {"kind": "unknown", "source": value.source}
    return {"kind": value.kind}


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "action": statement.action,
        "sid": statement.sid,
        "words": statement.words,
        "details": list(statement.details),
        "is_wider": statement.is_wider,
    }


def _origin(origin: Origin) -> dict[str, str]:
    return {"place": origin.place, "key": origin.key}


def _remark(remark: Remark) -> dict[str, Any]:
    return {
        "kind": remark.about,
        "address": remark.address,
        "reason": remark.reason,
        "path": list(remark.path),
        "before": remark.before,
        "after": remark.after,
        "allow": remark.consent or None,
        "flag": remark.flag or None,
        "origins": list(remark.origins),
    }


def _group(document: Document, group: Group) -> dict[str, Any]:
    return {
        "stack": group.stack,
        "environments": list(group.names),
        "counts": dict(document.environment(group.names[0]).counts),
        "compared_with": group.compared_with or None,
        "because": list(group.because),
        "differs": [
            {"address": each.address, "path": each.path, "left": each.left, "right": each.right}
            for each in group.differs
        ],
    }
