"""Environments are judged against all others of the workspace: what two of them claim is told with both places."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from generator.claims.conflicts import ClaimOrigin, Conflict, Holder, between
from generator.claims.holders import claims_of_last_render, entry_of, find_out
from generator.errors import TfstencilError
from generator.language.nodes import dotted
from generator.output.digests import Digests
from generator.output.manifest import MANIFEST
from generator.parts.framework.claim_kinds import BESIDE_STATE, FORMER, KINDS, STATE, Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from generator.claims.index import EnvironmentClaims
    from generator.language.nodes import Node
    from generator.model.loading.load import Environment
    from generator.model.rules.finding import Path
    from generator.parts.framework.claim_kinds import ClaimText
    from generator.problems import Problem
    from generator.workspace import Workspace

RULE: Final = "claimed-twice"
_SHOWN: Final = 2
# What lies beside a state says nothing new, where the states are the same.
_STACK: Final[Path] = ("stack",)
# What has names that begin with those of stack and environment.
_DERIVED: Final = {("stack",), ("builds",), ("registry",)}


class Judge:
    """Judges environments of a workspace.

    Args:
        workspace: where.
        beside: environments that are judged in any case.
    """

    def __init__(self, workspace: Workspace, beside: Iterable[str] = ()) -> None:
        self._workspace = workspace
        self._beside = {*beside}
        self._loaded: dict[str, Environment] = {}

    def __call__(self, names: Iterable[str], loaded: Sequence[Environment]) -> list[Problem]:
        """List what environments claim that another one claims too.

        Args:
            names: those that are judged.
            loaded: environments that were just read.
        """
        digests = Digests(self._workspace)
        self._loaded |= {environment.name: environment for environment in loaded}
        return self.of(names, lambda: {each.name: entry_of(each, digests) for each in loaded})

    def of(self, names: Iterable[str], known: Callable[[], Mapping[str, EnvironmentClaims]] = dict) -> list[Problem]:
        """List the same, where `known` tells already what some of them claim."""
        found = find_out(self._workspace, known)
        if found is None:
            return []
        chosen = self._beside.union(names)
        concerned = [conflict for conflict in found.conflicts if between(conflict, chosen)]
        pairs: dict[tuple[str, str], dict[Path, list[Conflict]]] = defaultdict(lambda: defaultdict(list))
        for conflict in concerned:
            # Where both are judged, it is told once.
            seen = conflict if conflict.holder.name in chosen else conflict.turned
            if seen.holder.origin is not ClaimOrigin.SPEC and conflict.other.name in chosen:
                seen = conflict.turned
            if seen.holder.origin is ClaimOrigin.SPEC:
                pairs[seen.holder.name, seen.other.name][self._path(seen.holder, seen.claim)].append(seen)
        return [
            self._problem(name, path, group)
            for (name, _), groups in pairs.items()
            for path, group in _by_cause(groups).items()
        ]

    def _problem(self, name: str, path: Path, group: Sequence[Conflict]) -> Problem:
        group = sorted(group, key=lambda conflict: conflict.claim)
        first, node = group[0], self._node(name, path)
        claimed = [str(Parts.of(conflict.claim)) for conflict in group if not conflict.claim.endswith(BESIDE_STATE)]
        claimed = claimed or [str(Parts.of(first.claim))]
        own = f"{self._workspace.relative(self._workspace.spec_path(name))}"
        of = "" if node.source.display == own else f" of {name} ({own})"
        verb = "is" if len(claimed) == 1 else "are"
        message = f"{_listed(claimed)}{of} {verb} also claimed by {self._other(first)}"
        return node.problem(dotted(path), message, hint=_remedy(first, path), rule=RULE, at_key=_is_key(node, path))

    def _other(self, conflict: Conflict) -> str:
        """Say where the other one claims it."""
        other = conflict.other
        spec = self._workspace.relative(self._workspace.spec_path(other.name))
        if other.origin is not ClaimOrigin.SPEC or not self._is_readable(other.name):
            manifest = self._workspace.relative(self._workspace.modules_out / other.name / MANIFEST)
            why = "whose spec is gone" if other.origin is ClaimOrigin.REMOVED else "whose spec cannot be read"
            return f"{other.name}, {why}, as it was last rendered ({manifest})"
        path = self._path(other, conflict.others_claim)
        node = self._node(other.name, path)
        place = node.key_place if _is_key(node, path) else node.place
        through = "" if node.source.display == spec else f" of {other.name} ({spec})"
        return f"{place}: {dotted(path)}{through}"

    def _path(self, holder: Holder, claim: ClaimText) -> Path:
        """Return the key of the spec that decides a claim."""
        from generator.claims.catalog import claims  # noqa: PLC0415  # the model: only where something is wrong

        if holder.origin is not ClaimOrigin.SPEC:
            return ()
        spec = self._environment(holder.name).spec
        paths = [path for text, path in claims(holder.name, spec) if text == claim]
        # Of a name that is claimed twice by one environment, the later place is told.
        return paths[-1] if paths else ()

    def _node(self, name: str, path: Path) -> Node:
        from generator.model.loading.load import nearest  # noqa: PLC0415  # see `_path`

        return nearest(path, self._environment(name).merged)

    def _is_readable(self, name: str) -> bool:
        """Tell whether a spec still is what its claims are known from."""
        try:
            self._environment(name)
        except TfstencilError:
            return False
        return True

    def _environment(self, name: str) -> Environment:
        from generator.model.loading.load import load_environment  # noqa: PLC0415  # see `_path`

        if name not in self._loaded:
            self._loaded[name] = load_environment(self._workspace, name)
        return self._loaded[name]


def require_unclaimed(workspace: Workspace, names: Sequence[str]) -> None:
    """Refuse to destroy removed environments where a living one may have taken over what they claim.

    What a living environment claims counts as it was last rendered: what never was, was never applied.

    Raises:
        TfstencilError: some are in conflict.
    """
    lines = []
    for name in names:
        own = Holder(name, ClaimOrigin.REMOVED, claims_of_last_render(workspace, name))
        for living in workspace.environment_names():
            theirs = frozenset(claims_of_last_render(workspace, living))
            both = sorted(text for text in theirs.intersection(own.claims) if not text.startswith(f"@bucket:{STATE}"))
            if both:
                things = _listed([str(Parts.of(text)) for text in both])
                lines.append(f"{name} cannot be destroyed: {things} may be those of {living} by now")
    if lines:
        raise TfstencilError(
            "\n".join(lines),
            hint="nothing was changed. Let the living one claim something else and render it, then destroy; or give up "
            "the removed one: tfstencil render --prune-removed deletes its modules",
        )


def _by_cause(groups: Mapping[Path, list[Conflict]]) -> Mapping[Path, list[Conflict]]:
    """Tell what follows from the beginning of all names with that: it is one mistake."""
    if _STACK not in groups:
        return groups
    derived = [conflict for path, group in groups.items() if path[:1] in _DERIVED for conflict in group]
    return {_STACK: derived} | {path: group for path, group in groups.items() if path[:1] not in _DERIVED}


def _listed(claimed: Sequence[str]) -> str:
    """List what is claimed, in words: the first two, and how many more."""
    things, more = [f"the {thing}" for thing in claimed[:_SHOWN]], len(claimed) - _SHOWN
    if more > 0:
        return f"{', '.join(things)} and {more} more {'names' if more > 1 else 'name'}"
    return " and ".join(things)


def _remedy(conflict: Conflict, path: Path) -> str:
    parts = Parts.of(conflict.claim)
    if parts.use == FORMER:
        return "an identity passes to one environment, and only when no other bears it: remove it, or that environment"
    own = Parts.of(conflict.others_claim)
    reason = KINDS[parts.kind].reason if parts.use == own.use else "states share their bucket with nothing else"
    return f"{reason}: {_change(path)}{_of_removed(conflict)}"


def _change(path: Path) -> str:
    if path[:1] == ("builds",) and len(path) == 2:  # noqa: PLR2004  # builds.<name>
        return "rename the build, or the environment"
    if path in {_STACK, ("backend",)}:
        return "change stack, or rename one of the environments"
    if path == ("state", "key"):
        return "leave the key out, or write @{environment} in it"
    return "write another one"


def _of_removed(conflict: Conflict) -> str:
    other = conflict.other
    if other.origin is not ClaimOrigin.REMOVED:
        return ""
    name, identity = other.name, _identity(other)
    return (
        f"; or destroy {name} (tfstencil destroy {name}, then tfstencil render --prune-removed); or, if it is "
        f"{conflict.holder.name} by now, write formerly: [{identity}]"
    )


def _identity(holder: Holder) -> str:
    return next((Parts.of(text).name for text in holder.claims if text.startswith("@environment:present")), holder.name)


def _is_key(node: Node, path: Path) -> bool:
    return bool(path) and isinstance(node.value, dict | list) and node.line > node.key_line > 0
