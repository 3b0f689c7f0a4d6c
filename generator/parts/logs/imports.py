"""What exists of part `logs`, and how it is taken over: data protection policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import Importable, has

if TYPE_CHECKING:
    from generator.adoption.importable import Imports

IMPORTS: Final[Imports] = {
    "aws_cloudwatch_log_data_protection_policy": Importable(
        "{log_group_name}",
        "logs",
        "get_data_protection_policy",
        {"logGroupIdentifier": "{log_group_name}"},
        has("policyDocument"),
    ),
}
