"""Statements in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.permissions.policy import Statement


def describe(statement: Statement) -> str:
    """Say what a statement lets whom do, or keeps whom from doing, in one sentence."""
    return f"{statement.effect} {statement.sid}"
