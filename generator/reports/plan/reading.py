"""The document of a plan from its JSON data, as `formats.as_json` wrote it on another machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.plans.comparable import Divergence
from generator.reports.plan.document import Billed, Change, Document, Environment, Excused, Group, Remark, Risk, Verdict
from generator.reports.plan.values.difference import ABSENT, Difference, Origin, Statement, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.reports.plan.document import RemarkKind


def from_data(data: Mapping[str, Any]) -> Document:
    """Read a document; what could not be planned stands in none.

    Args:
        data: of this version, as `docs/plan.schema.json` describes it.

    Raises:
        KeyError: it lacks something.
        TypeError: something is of another shape.
        ValueError: a word is not one of ours.
    """
    environments = tuple(_environment(each) for each in data["environments"])
    return Document(data["mode"], data["verb"], environments, tuple(_group(each) for each in data["groups"]))


def _environment(data: Mapping[str, Any]) -> Environment:
    kinds: tuple[tuple[str, RemarkKind], ...] = (("refusals", "refused"), ("allowed", "allowed"), ("advice", "advice"))
    remarks = tuple(_remark(kind, each) for key, kind in kinds for each in data[key])
    return Environment(
        data["name"],
        data["stack"],
        data["class"],
        data["account"],
        data["region"],
        Verdict(data["verdict"]),
        data["has_changes"],
        data["is_first"],
        dict(data["counts"]),
        tuple(_change(each, remarks) for each in data["changes"]),
        tuple(_change(each) for each in data["outside"]),
        remarks,
        dict(data["outputs"]),
        data["output_count"],
        tuple(Billed(each["address"], each["service"], tuple(each["units"]), each["sign"]) for each in data["billed"]),
        data["apply_seconds"],
        tuple(data["files"]),
        tuple(data["warnings"]),
        data["refreshed_at"] or "",
        "",
        data["terraform"],
        data["seconds"],
        "",
        tuple(_excused(each, is_expired=key == "expired") for key in ("known", "expired") for each in data[key]),
        data["outcome"] or "",
    )


def _excused(data: Mapping[str, Any], *, is_expired: bool) -> Excused:
    return Excused(data["kind"], _change(data["change"]), data["reason"], data["until"], data["place"], is_expired)


def _remark(kind: RemarkKind, data: Mapping[str, Any]) -> Remark:
    return Remark(
        kind,
        data["kind"],
        data["address"],
        data["reason"],
        data["before"],
        data["after"],
        data["flag"] or "",
        tuple(data["origins"]),
        tuple(data["path"]),
        data["allow"] or "",
    )


def _change(data: Mapping[str, Any], remarks: Iterable[Remark] = ()) -> Change:
    return Change(
        address=data["address"],
        type=data["type"],
        module=data["module"],
        action=data["action"],
        actions=tuple(data["actions"]),
        risk=Risk(data["risk"]),
        differences=tuple(_difference(each) for each in data["values"]),
        replaced_because_of=tuple(tuple(path) for path in data["replaced_because_of"]),
        reason=data["reason"],
        previous_address=data["previous_address"],
        import_id=data["import_id"],
        deposed=data["deposed"],
        computed=data["computed"],
        origins=_origins(data["origins"]),
        template=data["template"],
        rendered=data["rendered"],
        remarks=tuple(each for each in remarks if each.address == data["address"]),
        seconds=data["seconds"],
    )


def _difference(data: Mapping[str, Any]) -> Difference:
    return Difference(
        data["path"],
        _value(data["before"]) if "before" in data else ABSENT,
        _value(data["after"]) if "after" in data else ABSENT,
        tuple(data.get("added", ())),
        tuple(data.get("removed", ())),
        tuple(data.get("lines", ())),
        tuple(_statement(each) for each in data.get("statements", ())),
        data["replaces"],
        _origins(data["origins"]),
        tuple(data["at"]),
    )


def _value(data: Mapping[str, Any]) -> Value:
    return Value(data["kind"], data.get("value"), data.get("source", ""))


def _statement(data: Mapping[str, Any]) -> Statement:
    return Statement(data["action"], data["sid"], data["words"], tuple(data["details"]), data["is_wider"])


def _origins(data: Iterable[Mapping[str, str]]) -> tuple[Origin, ...]:
    return tuple(Origin(each["place"], each["key"]) for each in data)


def _group(data: Mapping[str, Any]) -> Group:
    differs = tuple(Divergence(each["address"], each["path"], each["left"], each["right"]) for each in data["differs"])
    names = tuple(data["environments"])
    return Group(data["stack"], names, data["compared_with"] or "", differs, tuple(data["because"]))
