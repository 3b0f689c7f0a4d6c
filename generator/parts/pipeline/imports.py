"""What exists of part `pipeline`, and how it is taken over: pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import Importable

if TYPE_CHECKING:
    from generator.adoption.importable import Imports

IMPORTS: Final[Imports] = {
    "aws_codepipeline": Importable("{name}", "codepipeline", "get_pipeline", {"name": "{name}"}),
}
