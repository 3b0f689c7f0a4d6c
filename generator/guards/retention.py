"""Data that a plan would let expire sooner: nothing is deleted by the apply, and then it is gone within a day."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from generator.guards.refusal import EXPIRE, Refusal
from generator.spec.caches import S3_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.guards.refusal import Path
    from generator.terraform.plan import Plan, ResourceChange

# By type: the attribute, its unit, and whether nothing (or 0) means for ever.
_TIMES: Final = {
    "aws_cloudwatch_log_group": ("retention_in_days", "days", True),
    "aws_db_instance": ("backup_retention_period", "days", False),
    "aws_docdb_cluster": ("backup_retention_period", "days", False),
    "aws_kinesis_stream": ("retention_period", "hours", False),
    "aws_neptune_cluster": ("backup_retention_period", "days", False),
    "aws_rds_cluster": ("backup_retention_period", "days", False),
    "aws_redshift_cluster": ("automated_snapshot_retention_period", "days", False),
    "aws_sqs_queue": ("message_retention_seconds", "seconds", False),
}
_LIFECYCLE: Final = "aws_s3_bucket_lifecycle_configuration"
_IMAGES: Final = "aws_ecr_lifecycle_policy"
_OLD: Final = "noncurrent_version_expiration"
_EXPIRATIONS: Final = (("expiration", "days"), (_OLD, "noncurrent_days"))
_FOR_EVER: Final = float("inf")


def retention(plan: Plan) -> Iterator[Refusal]:
    """Refuse what lets existing data expire sooner than it does now."""
    made = {
        change.after.get(name)
        for change in plan.resources
        if change.before is None and change.after is not None
        for name in ("bucket", "name")
        if change.type in {"aws_s3_bucket", "aws_ecr_repository"}
    }
    for change in plan.changes:
        if change.mode == "data" or change.after is None:
            continue
        if change.type in _TIMES and change.before is not None:
            yield from _time(change)
        elif change.type in {_LIFECYCLE, _IMAGES}:
            owner = change.after.get("bucket" if change.type == _LIFECYCLE else "repository")
            # Rules of what is made along with them have nothing to let expire.
            if change.before is not None or not (owner is None or owner in made):
                yield from _rules(change)


def _time(change: ResourceChange) -> Iterator[Refusal]:
    attribute, unit, is_endless = _TIMES[change.type]
    before, after = ((values or {}).get(attribute) for values in (change.before, change.after))
    if change.after_unknown.get(attribute):
        return
    if _time_of(after, is_endless=is_endless) < _time_of(before, is_endless=is_endless):
        kept = f"{before} {unit}" if before else "for ever"
        reason = f"keeps its data for {after or 0} {unit} and no longer {'for ' if before else ''}{kept}"
        yield Refusal(EXPIRE, change.address, reason, (attribute,))


def _time_of(value: Any, *, is_endless: bool) -> float:  # noqa: ANN401  # any JSON value
    return float(value) if value else (_FOR_EVER if is_endless else 0.0)


def _rules(change: ResourceChange) -> Iterator[Refusal]:
    read = _objects if change.type == _LIFECYCLE else _pictures
    before, after = read(change.before or {}), read(change.after or {})
    for key, (limit, words, path) in after.items():
        if limit < before.get(key, (_FOR_EVER, "", ()))[0]:
            yield Refusal(EXPIRE, change.address, f"deletes {words}, which is sooner than now", path)
    kept = _versions(change.before or {})
    for rule, (number, path) in _versions(change.after or {}).items():
        if number < kept.get(rule, (0, ()))[0]:
            reason = f"keeps {number} old versions whatever their age, and no longer {kept[rule][0]}"
            yield Refusal(EXPIRE, change.address, reason, path)


def _versions(values: Any) -> dict[str, tuple[int, Path]]:  # noqa: ANN401  # any JSON value
    """Return how many old versions of objects stay however old they are, by what a rule is about."""
    return {
        json.dumps([rule.get("filter"), rule.get("prefix")], sort_keys=True): (
            each.get("newer_noncurrent_versions") or 0,
            ("rule", index, _OLD),
        )
        for index, rule in enumerate(values.get("rule") or ())
        if rule.get("status") != "Disabled"
        for each in rule.get(_OLD) or ()
    }


def _objects(values: Any) -> dict[tuple[str, ...], tuple[float, str, Path]]:  # noqa: ANN401  # any JSON value
    found: dict[tuple[str, ...], tuple[float, str, Path]] = {}
    for index, rule in enumerate(values.get("rule") or ()):
        if rule.get("status") == "Disabled":
            continue
        if _is_of_caches(rule):
            continue
        chosen = json.dumps([rule.get("filter"), rule.get("prefix")], sort_keys=True)
        for block, attribute in _EXPIRATIONS:
            for each in rule.get(block) or ():
                days = each.get(attribute)
                if days and days < found.get((chosen, block), (_FOR_EVER, "", ()))[0]:
                    what = "objects" if block == "expiration" else "old versions of objects"
                    words = f"{what} after {days} days (rule {rule.get('id', index)})"
                    found[chosen, block] = (days, words, ("rule", index, block))
    return found


def _is_of_caches(rule: dict[str, Any]) -> bool:
    """Tell whether a rule is about the builds' caches alone: what lies there is a copy, which a build makes again."""
    return any((each.get("prefix") or "").startswith(S3_PREFIX) for each in rule.get("filter") or ())


def _pictures(values: Any) -> dict[tuple[str, ...], tuple[float, str, Path]]:  # noqa: ANN401  # any JSON value
    found: dict[tuple[str, ...], tuple[float, str, Path]] = {}
    try:
        rules = json.loads(values.get("policy") or "{}").get("rules") or []
        for rule in rules:
            chosen = dict(rule["selection"])
            number = float(chosen.pop("countNumber"))
            words = f"images beyond {number:g} ({chosen.get('countType')}, rule {rule['rulePriority']})"
            found[(json.dumps(chosen, sort_keys=True),)] = (number, words, ("policy",))
    except (ValueError, TypeError, KeyError, AttributeError):
        # The provider refuses it when it is applied; there is nothing to compare.
        return {}
    return found
