"""The text of a spec after a project: valid, with what could not be carried as comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.errors import SpecError, UsageError
from generator.explain.scaffold import NewSpec, check_name
from generator.explain.starter_values import NO_ACCOUNT
from generator.language.reader import parse
from generator.likeness.project import BUILD, Likeness
from generator.model.documents.schema import MODELINE
from generator.model.loading.layers import CLASS, SpecCache
from generator.model.loading.load import load_environment
from generator.model.notation import lines_of, text_of

if TYPE_CHECKING:
    from generator.explain.starter_values import Wishes
    from generator.problems import Problem
    from generator.workspace import Workspace

# Values that are refused are left out one by one; a project has fewer than this.
_MOST: Final = 60
_ORDER: Final = ("stack", CLASS, "region", "account", "tags", "names", "source", "artifacts", "network")
_STAND_INS: Final[dict[tuple[str, ...], tuple[object, str]]] = {
    ("region",): ("us-east-1", "where it runs"),
    ("account",): (NO_ACCOUNT, "the AWS account; Terraform refuses to touch any other"),
    ("stack",): ("stack", "the name of the stack; part of every name that is not given"),
    ("source", "type"): ("github", "the kind of server that holds the repository"),
    ("source", "repository"): ("https://github.com/example/repository", "the address of the repository"),
}


def spec_like(workspace: Workspace, name: str, wishes: Wishes, found: Likeness) -> NewSpec:
    """Compose the spec of an environment that is like what exists.

    Args:
        workspace: where it is to lie.
        name: of the environment.
        wishes: what the user says about it, which wins.
        found: what exists.

    Raises:
        UsageError: the name is taken or wrong, or what exists cannot be said at all.
    """
    check_name(workspace, name)
    return _Composition(workspace, name, wishes, found).compose()


class _Composition:
    def __init__(self, workspace: Workspace, name: str, wishes: Wishes, found: Likeness) -> None:
        self._workspace = workspace
        self._name = name
        self._wishes = wishes
        self._notes = found.notes
        self._changes: dict[str, str] = {}
        self._keys = self._framed(found)

    def compose(self) -> NewSpec:
        for _ in range(_MOST):
            text = self._text()
            try:
                loaded = self._load(text)
            except SpecError as error:
                errors = [problem for problem in error.problems if problem.severity == "error"]
                if not any(self._leave_out(problem) for problem in errors):
                    first = errors[0]
                    message = f"no spec can be like it: {first.key}: {first.message}"
                    raise UsageError(message, hint=first.hint) from error
            else:
                return NewSpec(text, loaded, tuple(self._wishes.bases), self._changes, tuple(self._notes))
        raise UsageError("no spec can be like it: too much of it is refused", hint="write one with tfstencil new")

    def _framed(self, found: Likeness) -> dict[str, Any]:
        wishes, keys = self._wishes, dict(found.keys)
        if wishes.bases:
            keys["extends"] = wishes.bases[0] if len(wishes.bases) == 1 else list(wishes.bases)
        for key in ("region", "account"):
            if wished := getattr(wishes, key):
                keys[key] = wished
        if wishes.environment_class:
            keys[CLASS] = wishes.environment_class
        if wishes.repository:
            keys.setdefault("source", {})["repository"] = wishes.repository
        keys["builds"] = {BUILD: found.build.keys}
        return keys

    def _text(self) -> str:
        rest = [key for key in self._keys if key not in _ORDER and key != "extends"]
        lines = [
            MODELINE,
            f"# What {self._name} says is like what exists. Find it with tfstencil adopt {self._name}, then plan.",
        ]
        for key in ("extends", *_ORDER, *rest):
            if key in self._keys:
                first, *more = lines_of(key, self._keys[key])
                change = self._changes.get(key)
                lines += [f"{first}  # CHANGE THIS: {change}" if change else first, *more]
        if self._notes:
            lines += ["", "# Not carried over:"]
            lines += [f"# - {note}" for note in self._notes]
        return "\n".join(lines) + "\n"

    def _load(self, text: str) -> str:
        path = self._workspace.spec_path(self._name)
        cache = SpecCache()
        cache.readings[path] = parse(text.encode(), self._workspace.relative(path))
        return load_environment(self._workspace, self._name, cache).spec.environment_class

    def _leave_out(self, problem: Problem) -> bool:
        """Do without a value that is refused, and say so; or make up one that is missing."""
        if self._made_up(problem):
            return True
        path, node = [], self._keys
        for part in _parts(problem.key, self._keys):
            if not isinstance(node, dict) or part not in node:
                break
            path.append(part)
            node = node[part]
        if not path or path in ([CLASS], ["builds"], ["builds", BUILD]):
            return False
        holder = self._keys
        for part in path[:-1]:
            holder = holder[part]
        value = holder.pop(path[-1])
        # A value that is refused may be a secret.
        shown = "" if "variables" in path or "phases" in path else f" ({text_of(value)})"
        self._notes.append(f"{problem.key}{shown}: {problem.message}")
        return True

    def _made_up(self, problem: Problem) -> bool:  # noqa: PLR0911  # one way each
        at = tuple(problem.key.split("."))
        if problem.rule == CLASS or at == (CLASS,):
            if CLASS in self._keys:
                return False
            self._keys[CLASS] = "dev"
            return True
        if problem.rule == "required-tag":
            return self._tag(problem)
        if at == ("tags",) and "tags" not in self._keys:
            self._keys["tags"] = {}
            return True
        if at in _STAND_INS or (at == ("source",) and "source" not in self._keys):
            at = ("source", "type") if at == ("source",) else at
            value, change = _STAND_INS[at]
            holder = self._keys if len(at) == 1 else self._keys.setdefault(at[0], {})
            if at[-1] in holder:
                return False
            holder[at[-1]] = value
            self._changes[at[0]] = change
            return True
        return False

    def _tag(self, problem: Problem) -> bool:
        tags = self._keys["tags"]
        missing = [
            word for word in problem.message.replace(",", " ").split() if word[:1].isupper() and word not in tags
        ]
        if not missing:
            return False
        tags.update(dict.fromkeys(missing, "unknown"))
        self._changes["tags"] = "the values that your organisation uses"
        return True


def _parts(key: str, keys: dict[str, Any]) -> list[str]:
    """Take a dotted key apart; names may hold dots themselves."""
    parts: list[str] = []
    rest, node = key, keys
    while rest:
        known = sorted(node, key=len, reverse=True) if isinstance(node, dict) else []
        part = next(
            (each for each in known if rest == each or rest.startswith((f"{each}.", f"{each}["))),
            rest.partition(".")[0].partition("[")[0],
        )
        parts.append(part)
        rest = rest[len(part) :].lstrip(".")
        if rest.startswith("["):
            break
        node = node.get(part, {}) if isinstance(node, dict) else {}
    return parts
