"""All judges of what starts something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checks.guards.starts.clock import OF_RULES, clock
from generator.checks.guards.starts.images import image
from generator.checks.guards.starts.pipelines import pipeline
from generator.checks.guards.starts.targets import schedule, target
from generator.checks.guards.starts.webhooks import webhook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.subject import Subject
    from generator.refusal import Refusal


def starts(subject: Subject) -> Iterator[Refusal]:
    """Refuse what lets more start a build, or a pipeline run something else, or go on without approval."""
    for pair in subject.pairs:
        if pair.after is None or pair.is_unchanged or not subject.exists:
            continue
        match pair.type:
            case "aws_codebuild_webhook":
                yield from webhook(pair)
            case "aws_codepipeline":
                yield from pipeline(pair, subject)
            case "aws_cloudwatch_event_target":
                yield from target(pair, subject)
            case "aws_cloudwatch_event_rule":
                yield from clock(pair, OF_RULES)
            case "aws_scheduler_schedule":
                yield from schedule(pair, subject)
                yield from clock(pair)
            case "aws_codebuild_project":
                yield from image(pair, subject)
