"""The errors of the API, as `generator.errors` has them."""

from generator.errors import (
    CredentialsError,
    ForeignStateError,
    InterruptedRunError,
    OutputError,
    RefusedError,
    SandboxError,
    SavedPlanError,
    SpecError,
    StatePlaceError,
    TemplateError,
    TerraformError,
    TfstencilError,
    ToolError,
    UsageError,
)

__all__ = [
    "CredentialsError",
    "ForeignStateError",
    "InterruptedRunError",
    "OutputError",
    "RefusedError",
    "SandboxError",
    "SavedPlanError",
    "SpecError",
    "StatePlaceError",
    "TemplateError",
    "TerraformError",
    "TfstencilError",
    "ToolError",
    "UsageError",
]
