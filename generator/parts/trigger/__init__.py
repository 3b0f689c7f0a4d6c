"""Part `trigger`: the webhooks by which the server starts builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.classification import beside
from generator.parts.framework.moves import Keyed
from generator.parts.framework.part import Derivation, Output, Part, ReadBack, Rule, TerraformModule

if TYPE_CHECKING:
    from generator.adoption.importable import Imports


def _rules() -> tuple[Rule, ...]:
    from generator.parts.trigger import patterns_rules, pull_request_rules, rules, runner_rules

    return (
        Rule(rules.triggers),
        Rule(patterns_rules.patterns),
        Rule(pull_request_rules.pull_requests),
        Rule(runner_rules.runners),
    )


def _derivation() -> Derivation:
    from generator.parts.trigger import module

    return Derivation(
        modules={"trigger": TerraformModule(module.trigger, module.TriggerContext, module.TriggerShape)},
        origins=module.ORIGINS,
        keyed={"trigger": (Keyed("terraform_data.repository"), Keyed("aws_codebuild_webhook.this"))},
        outputs={
            "runner_labels": Output(("builds.*.runner",), module.has_runners),
            "webhook_payload_urls": Output(
                ("builds.*.trigger.by_hand", "builds.*.runner"), module.has_webhooks_by_hand
            ),
            "webhook_secrets": Output(("builds.*.trigger.by_hand", "builds.*.runner"), module.has_webhooks_by_hand),
            "webhook_urls": Output(("builds.*.trigger", "builds.*.runner"), module.has_webhooks),
        },
    )


def _read_back() -> ReadBack:
    from generator.parts.trigger import readback

    return ReadBack(checks=(readback.checks,))


def _imports() -> Imports:
    from generator.parts.trigger import imports

    return imports.IMPORTS


PART = Part(
    "trigger",
    rules=_rules,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
