"""What is secret is masked in everything that is printed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator.cli.console import Console
from generator.cli.options import GlobalOptions
from generator.plans.plan import parse_plan
from generator.plans.sensitive import sensitive_values
from generator.redaction import MASK, Redactor

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc\n-----END RSA PRIVATE KEY-----"
# Put together here, so that nobody's scanner takes this file for a leak.
TOKENS = {
    "an AWS key": "AKIA" + "ABCDEFGHIJKLMNOP",
    "a GitHub token": "ghp_" + "a1" * 18,
    "an npm token": "npm_" + "b2" * 18,
    "a Slack token": "xoxb-" + "1234567890-abc",
    "a private key": KEY,
    "a password in an address": "://user:hunter22@",
}


@pytest.mark.parametrize("kind", TOKENS)
def test_tokens_of_well_known_vendors_are_masked(kind: str) -> None:
    token = TOKENS[kind]
    assert Redactor({}).clean(f"before {token} after") == f"before {MASK} after"
    document = json.dumps({"value": token})
    assert json.loads(Redactor({}).clean(document)) == {"value": MASK}


def test_a_private_key_that_is_cut_off_is_masked_to_the_end() -> None:
    assert Redactor({}).clean(f"x {KEY[:50]}") == f"x {MASK}"


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::111122223333:role/x",
        "https://github.com/acme/shop",
        "sha256:" + "ab" * 32,
        "http://127.0.0.1:5000",
        "module.a.aws_x.this",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor({}).clean(text) == text


@pytest.mark.parametrize("name", ["AWS_SESSION_TOKEN", "DB_PASSWORD", "TFSTENCIL_PLAN_PASSPHRASE", "MY_API_KEY"])
def test_values_of_variables_with_a_secret_name_are_masked(name: str) -> None:
    assert Redactor({name: "hunter22hunter"}).clean("x hunter22hunter y") == f"x {MASK} y"


def test_a_variable_that_names_a_file_is_no_secret() -> None:
    assert Redactor({"TFSTENCIL_PLAN_PASSPHRASE_FILE": "/run/passphrase"}).clean("/run/passphrase") == "/run/passphrase"


@pytest.mark.parametrize("value", ['with "quotes"', "with\nlines", "with ümläuts", "back\\slash!"])
def test_values_that_are_learnt_are_masked_as_they_are_and_inside_json(value: str) -> None:
    redactor = Redactor({})
    redactor.add([value])
    assert redactor.clean(f"<{value}>") == f"<{MASK}>"
    for ascii_only in (True, False):
        assert json.loads(redactor.clean(json.dumps({"a": value}, ensure_ascii=ascii_only))) == {"a": MASK}


def test_short_values_are_left_alone_and_longer_ones_masked_first() -> None:
    redactor = Redactor({})
    redactor.add(["true", "secret-value", "secret-value-and-more"])
    assert redactor.clean("true secret-value-and-more") == f"true {MASK}"


def test_what_one_console_learns_the_next_one_of_the_call_knows(capsys: pytest.CaptureFixture[str]) -> None:
    options = GlobalOptions()
    Console(options).conceal(["canary-value"])
    Console(options).error("it said canary-value", hint="canary-value")
    assert "canary" not in capsys.readouterr().err


def test_every_sensitive_text_of_a_plan_is_known() -> None:
    def change(**more: Any) -> dict[str, Any]:
        return {"address": "a.b", "type": "a", "name": "b", "change": {"actions": ["update"], **more}}

    raw = {
        "resource_changes": [
            change(before={"x": "one", "open": "shown"}, before_sensitive={"x": True}),
            change(after={"l": [{"y": "two"}, {"y": "shown"}]}, after_sensitive={"l": [{"y": True}, {}]}),
            change(after={"all": {"deep": ["three", 4]}}, after_sensitive=True),
            change(after={"x": "shown"}, after_sensitive={"missing": True, "x": [True]}),
        ],
        "resource_drift": [change(before={"x": "five"}, before_sensitive={"x": True})],
        "output_changes": {
            "secret": {"actions": ["update"], "before": "six", "after": ["seven"], "after_sensitive": True},
            "open": {"actions": ["create"], "after": "shown"},
        },
        "prior_state": {
            "values": {
                "root_module": {
                    "resources": [{"address": "a.b", "type": "a", "values": {"x": "eight"}, "sensitive_values": {"x": True}}, {"address": "a.c", "type": "a", "values": {"x": "shown"}}],
                    "child_modules": [{"resources": [{"address": "module.m.a.b", "type": "a", "values": {"x": "nine"}, "sensitive_values": {"x": True}}]}],
                }
            }
        },
    }  # fmt: skip
    assert sensitive_values(parse_plan(raw)) == {"one", "two", "three", "five", "six", "seven", "eight", "nine"}
    assert sensitive_values(parse_plan({})) == set()
