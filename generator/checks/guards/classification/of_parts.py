"""What the parts of a workspace say of the types that they alone render: added to the tables, and checked.

A part can add what nobody has said, and ask for more than the tables do; it cannot take anything back from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.checks.guards.classification.own import marked_rows, own_problems
from generator.checks.guards.classification.table import Table, table
from generator.language.nodes import find
from generator.parts.catalog import PARTS
from generator.parts.own.catalog import workspace_catalog

if TYPE_CHECKING:
    from generator.parts.framework.part import Part
    from generator.problems import Problem
    from generator.workspace import Workspace

_KEY: Final = "guards"


def table_with_parts(workspace: Workspace) -> tuple[Table, list[Problem]]:
    """Return all that is classified where a workspace brings parts, and what is wrong with what they say.

    Raises:
        SpecError: a part cannot be used at all.
    """
    known, problems = table(), []
    for part in workspace_catalog(workspace).parts[len(PARTS) :]:
        if said := part.guards():
            problems += _problems(part, known)
            known = known.extended(marked_rows(said))
    return known, problems


def _problems(part: Part, known: Table) -> list[Problem]:
    """Judge what the file of a part says; one of Python is installed, and trusted as ours are."""
    # Only who says something of types waits for the schemas, and for the model of the file.
    from generator.parts.own.file.reading import PART_FILE, read_part  # noqa: PLC0415  # see above
    from generator.terraform.provider_schema.attributes import kept_types  # noqa: PLC0415  # see above

    if part.templates is None or not (part.templates.folder / PART_FILE).is_file():
        return []
    root = read_part(part.templates.folder, part.templates.display).root
    node = find(root, (_KEY,)) if root is not None else None
    return list(own_problems(node, known, kept_types(), key=_KEY)) if node is not None else []
