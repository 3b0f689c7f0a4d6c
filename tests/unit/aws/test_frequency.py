"""How often an expression of EventBridge starts something."""

from __future__ import annotations

import pytest

from generator.aws.frequency import starts_in_a_year


@pytest.mark.parametrize(
    ("expression", "times"),
    [
        ("rate(1 day)", 366),
        ("rate(12 hours)", 732),
        ("rate(30 minutes)", 366 * 48),
        ("cron(0 3 * * ? *)", 366),
        ("cron(0 3,15 * * ? *)", 732),
        ("cron(0/15 * * * ? *)", 366 * 24 * 4),
        ("cron(5 8-10 1 * ? *)", 36),
        ("cron(0 3 ? * MON-FRI *)", 260),
        ("cron(0 3 ? * FRI-SUN *)", 158),
        ("cron(0 3 ? JAN,JUN 2 *)", 9),
        ("cron(0 3 L * ? *)", 12),
        ("cron(0 3 ? * 2#1 *)", 12),
        ("cron(0 3 29 2 ? *)", 1),
        ("cron(0 3 30 2 ? *)", 0),
        ("cron(0 3 * * ? 2020)", 0),
        ("cron(0 3 * * ? 2028-2113)", 183),
        ("at(2030-01-01T00:00:00)", 0),
        ("cron(0 3)", 0),
        ("", 0),
    ],
)
def test_an_expression_starts_something_so_often(expression: str, times: float) -> None:
    assert starts_in_a_year(expression) == pytest.approx(times)
