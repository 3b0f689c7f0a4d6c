"""Constraints on the AWS provider: what they admit, and whether they leave anything."""

from __future__ import annotations

import re

import pytest

from generator.aws.provider_versions import PATTERN, SUPPORTED, Numbers, admits, is_possible

NEW: Numbers = (6, 62, 0)


@pytest.mark.parametrize(
    ("constraint", "version", "expected"),
    [
        (SUPPORTED, (5, 100, 0), True),
        (SUPPORTED, (5, 99, 9), False),
        (SUPPORTED, (6, 999, 0), True),
        (SUPPORTED, (7, 0, 0), False),
        ("~> 5.100", (5, 101, 3), True),
        ("~> 5.100", NEW, False),
        ("~> 6.62.0", (6, 62, 7), True),
        ("~> 6.62.0", (6, 63, 0), False),
        ("> 6.61, <= 6.62.0", NEW, True),
        ("> 6.62", NEW, False),
        ("<= 6.62.0", (6, 62, 1), False),
        ("6.62.0", NEW, True),
        ("= 6.62.0", (6, 62, 1), False),
        (">= 6, != 6.62.0", NEW, False),
        (">=6.1,<7", NEW, True),
    ],
)
def test_a_constraint_admits_what_terraform_would_take(constraint: str, version: Numbers, *, expected: bool) -> None:
    assert re.fullmatch(PATTERN, constraint)
    assert admits(constraint, version) is expected


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (">= 4.0", True),
        ("~> 4.67", False),
        ("< 5.100", False),
        (">= 7", False),
        ("= 5.100.0, != 5.100.0", False),
        (">= 6.1, < 6.1.0", False),
        ("!= 5.100.0", True),
        ("~> 6.0, != 6.0.0", True),
    ],
)
def test_a_constraint_leaves_a_version_that_is_supported_or_none(constraint: str, *, expected: bool) -> None:
    assert is_possible(constraint) is expected


@pytest.mark.parametrize(
    "text", ["", "latest", "5.x", "~> 6", "^6.0", ">= 6.0 < 7.0", "6.0.0-beta1", "=> 6", ">= 06.1", "5.100.0,"]
)
def test_what_is_no_constraint_is_refused(text: str) -> None:
    assert re.fullmatch(PATTERN, text) is None
