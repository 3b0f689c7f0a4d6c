"""What exists of part `builds`, and how it is taken over: projects, report groups and fleets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import ARN, OF_PLACE, Importable, has

if TYPE_CHECKING:
    from generator.adoption.importable import Imports, Values
    from generator.readback.clients import Clients


def _fleet(clients: Clients, values: Values) -> str | None:
    answer = clients.ask("codebuild", "batch_get_fleets", names=[values["name"]]) or {}
    return next((fleet["arn"] for fleet in answer.get("fleets", [])), None)


IMPORTS: Final[Imports] = {
    "aws_codebuild_fleet": Importable(
        "{arn}", "codebuild", "batch_get_fleets", {"names": ["{arn}"]}, has("fleets"), _fleet
    ),
    "aws_codebuild_project": Importable(
        "{name}", "codebuild", "batch_get_projects", {"names": ["{name}"]}, has("projects")
    ),
    "aws_codebuild_report_group": Importable(
        f"{ARN}codebuild{OF_PLACE}report-group/{{name}}",
        "codebuild",
        "batch_get_report_groups",
        {"reportGroupArns": [f"{ARN}codebuild{OF_PLACE}report-group/{{name}}"]},
        has("reportGroups"),
    ),
}
