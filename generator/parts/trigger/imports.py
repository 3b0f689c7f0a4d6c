"""What exists of part `trigger`, and how it is taken over: webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.adoption.importable import IN_THE_STATE_ALONE, Importable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.adoption.importable import Imports, Values


def _webhook(answer: Mapping[str, Any], _: Values) -> object:
    return any(project.get("webhook") for project in answer["projects"])


IMPORTS: Final[Imports] = {
    "aws_codebuild_webhook": Importable(
        "{project_name}", "codebuild", "batch_get_projects", {"names": ["{project_name}"]}, _webhook
    ),
    "terraform_data": IN_THE_STATE_ALONE,
}
