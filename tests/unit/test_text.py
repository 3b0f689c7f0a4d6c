"""Text that may become Terraform."""

from __future__ import annotations

import pytest

from generator.text import check_text, name_of


@pytest.mark.parametrize(
    "text",
    [
        "", "plain", "two\nlines\tand a tab", "é", "ạ\u0327", "日本語", "🚀", "🏳\ufe0f", "🏳\ufe0f\u0327", "🚀a\u0327",
        "\u2028", "\u00a0", "\ue000", "\uff21\u0327",
    ],
)  # fmt: skip
def test_text_that_arrives_as_written_is_accepted(text: str) -> None:
    assert check_text(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\x00b", "holds U+0000, a control character"),
        ("a\x08", "holds U+0008, a control character"),
        ("a\x0b", "holds U+000B, a control character"),
        ("a\rb", "holds U+000D, a control character"),
        ("a\x1b[0m", "holds U+001B, a control character"),
        ("\x1f", "holds U+001F, a control character"),
        ("\x7f", "holds U+007F, a control character"),
        ("é\x85", "holds U+0085, a control character"),
        ("é\x07", "holds U+0007, a control character"),
        ("a\u200bb", "holds U+200B ZERO WIDTH SPACE, an invisible formatting character"),
        ("a\u202eb", "holds U+202E RIGHT-TO-LEFT OVERRIDE, an invisible formatting character"),
        ("\ufeff", "holds U+FEFF ZERO WIDTH NO-BREAK SPACE, an invisible formatting character"),
        ("\U000e0041", "holds U+E0041 TAG LATIN CAPITAL LETTER A, an invisible formatting character"),
        ("\ud800", "holds U+D800, half of a surrogate pair"),
        ("\uffff", "holds U+FFFF, no character that Unicode defines"),
        ("\u0378", "holds U+0378, no character that Unicode defines"),
        ("e\u0301", "is not in Unicode normal form NFC, and Terraform would change it"),
        ("\u212b", "is not in Unicode normal form NFC, and Terraform would change it"),
        ("🚀\u0327", "holds U+0327 COMBINING CEDILLA after U+1F680 ROCKET, which Terraform corrupts"),
        ("x🚀\u0327\u0301y", "holds U+0327 COMBINING CEDILLA after U+1F680 ROCKET, which Terraform corrupts"),
        (
            "\U00010000\u0327",
            "holds U+0327 COMBINING CEDILLA after U+10000 LINEAR B SYLLABLE B008 A, which Terraform corrupts",
        ),
    ],
)
def test_text_that_hides_something_or_would_not_arrive_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert check_text(text) == reason


def test_newline_and_tab_are_accepted_beside_other_scripts() -> None:
    assert check_text("é\n\té") is None


def test_a_combining_mark_may_begin_a_text() -> None:
    assert check_text("\u0327x") is None


def test_a_character_without_a_name_is_named_by_its_number() -> None:
    assert name_of("\x00") == "U+0000"
    assert name_of("A") == "U+0041 LATIN CAPITAL LETTER A"
