"""The specs of a new workspace: what the environments share, and a short spec for each class."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from generator.explain.starter_text import Entry, entry_lines
from generator.explain.starter_values import NO_ACCOUNT, newest_runtime
from generator.model.documents.schema import MODELINE
from generator.parts.connection.source_rules import HOSTS

if TYPE_CHECKING:
    from collections.abc import Mapping

CLASSES: Final = ("dev", "staging", "prod")
SOURCES: Final = (*HOSTS, "codecommit")
REGION: Final = "us-east-1"
_OWNER: Final = "acme-platform"
_ADDRESS: Final = "builds@acme-platform.example"
_CODECOMMIT: Final = "https://git-codecommit.{region}.amazonaws.com/v1/repos/{stack}"
_ABOUT: Final = {
    "dev": "Where the team tries things out: everything may be thrown away.",
    "staging": "The rehearsal of prod: the same rules, kept for a shorter time.",
    "prod": "What customers run.",
}
# What most projects of a language say: the commands of each phase, and the files that a build leaves.
_COMMANDS: Final[dict[str, tuple[dict[str, list[str]], list[str]]]] = {
    "dotnet": (
        {"pre_build": ["dotnet test"], "build": ["dotnet publish --configuration Release --output out"]},
        ["out/**/*"],
    ),
    "golang": ({"pre_build": ["go vet ./...", "go test ./..."], "build": ["go build -o bin/ ./..."]}, ["bin/**/*"]),
    "java": ({"build": ["./mvnw --batch-mode verify"]}, ["target/*.jar"]),
    "nodejs": ({"install": ["npm ci"], "pre_build": ["npm test"], "build": ["npm run build"]}, ["dist/**/*"]),
    "php": (
        {"install": ["composer install --no-interaction"], "pre_build": ["vendor/bin/phpunit"]},
        ["src/**/*", "vendor/**/*"],
    ),
    "python": (
        {
            "install": ["pip install --requirement requirements.txt"],
            "pre_build": ["python -m pytest"],
            "build": ["pip wheel --no-deps --wheel-dir dist ."],
        },
        ["dist/**/*"],
    ),
    "ruby": ({"install": ["bundle install"], "pre_build": ["bundle exec rake test"]}, ["lib/**/*", "Gemfile*"]),
}
LANGUAGES: Final = tuple(_COMMANDS)


@dataclass(frozen=True, slots=True)
class WorkspaceWishes:
    """What the user says about a new workspace.

    Attributes:
        language: one of LANGUAGES.
        source: one of SOURCES.
        stack: name of the stack, in the words of AWS's names.
        classes: a subset of CLASSES; each becomes an environment of that name.
        accounts: twelve digits by environment; zeros stand in for what is not said.
        region: an AWS region.
        repository: its https address; "" for one that stands in.
    """

    language: str = "nodejs"
    source: str = "github"
    stack: str = "service"
    classes: tuple[str, ...] = CLASSES
    accounts: Mapping[str, str] = field(default_factory=dict)
    region: str = REGION
    repository: str = ""


def starter_specs(wishes: WorkspaceWishes) -> dict[str, str]:
    """Write the specs of a workspace, by their names."""
    return {"_base": _base(wishes)} | {name: _environment(wishes, name) for name in wishes.classes}


def _base(wishes: WorkspaceWishes) -> str:
    phases, files = _COMMANDS[wishes.language]
    build = {"runtime": {wishes.language: newest_runtime(wishes.language)}, "phases": phases, "artifact_files": files}
    host = _CODECOMMIT if wishes.source == "codecommit" else f"https://{HOSTS[wishes.source]}/{_OWNER}/{{stack}}"
    repository = wishes.repository or host.format(region=wishes.region, stack=wishes.stack)
    entries = [
        Entry("stack", wishes.stack, "part of every name"),
        Entry("region", wishes.region),
        Entry("tags", {"Owner": "unknown", "CostCenter": "unknown"}, change="the values that your organisation uses"),
        Entry(
            "source",
            {"type": wishes.source, "repository": repository, "branch": "main"},
            change="" if wishes.repository else "the address of your repository",
        ),
        Entry("builds", {"main": build}, "one CodeBuild project each"),
        Entry("logs", {"group": "project"}, "a log group for each project, as CodeBuild itself names it"),
        Entry("notifications", {"email": [_ADDRESS]}, change="who hears of builds that fail"),
    ]
    opening = "What all environments share. The leading underscore keeps this file from being rendered by itself."
    return _text(opening, entries)


def _environment(wishes: WorkspaceWishes, name: str) -> str:
    account = wishes.accounts.get(name, "")
    entries = [
        Entry("extends", "_base"),
        Entry("account", account or NO_ACCOUNT, change="" if account else "the AWS account of this environment"),
    ]
    if name != "dev":
        entries.append(
            Entry("state", {"bucket": f"{wishes.stack}-tfstate-@{{account}}"}, "tfstencil bootstrap makes it")
        )
    return _text(_ABOUT[name], entries)


def _text(opening: str, entries: list[Entry]) -> str:
    return "\n".join([MODELINE, f"# {opening}", *entry_lines(entries)]) + "\n"
