"""The state of an environment before its spec named another place for it: found again, and not left behind.

Terraform begins at a new place with nothing: it would make a second time what was applied under the old one, and forget
what is there. So where nothing was ever written at the new place, all places where the state may have lain are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.claims.holders import last_render
from generator.credentials.identity import AMBIENT
from generator.errors import StatePlaceError, TfstencilError
from generator.kept.bucket_shelf import history_of
from generator.kept.history import MOVE, History
from generator.output.change import LOCAL_STATE
from generator.output.manifest import state_of
from generator.terraform.layout import sandbox_buckets, sandbox_state
from generator.terraform.mode import Mode
from generator.terraform.state.backends import LOCAL, bucket_of, credentials_of, place_of
from generator.terraform.state.bucket_object import StateObject
from generator.terraform.state.migration import count
from generator.terraform.state.unsaved import parse_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.kept.history import HistoryEntry
    from generator.terraform.layout import Layout
    from generator.workspace import Workspace

_IN_S3: Final = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)")


@dataclass(frozen=True, slots=True)
class FormerState:
    """A state that describes something, at a place where it is not looked for any more.

    Attributes:
        place: as a person would name it.
        state: what lies there.
    """

    place: str
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FormerStates:
    """The places where the state of an environment may have lain before.

    Args:
        workspace: with its manifests.
        environment: whose.
        mode: in which it is planned.
        former: identities that it had before, `<stack>/<environment>`.
    """

    workspace: Workspace
    environment: str
    mode: Mode
    former: Sequence[str] = ()

    def __call__(self, layout: Layout, state: Mapping[str, Any]) -> None:
        """Refuse to plan where the state that is meant lies elsewhere.

        Args:
            layout: of the run.
            state: as terraform pulls it; without a lineage where none was ever written.

        Raises:
            StatePlaceError: it lies elsewhere, or may do so at a place that cannot be read.
        """
        if state.get("lineage"):
            left = self.left_in_sandbox(layout)
            if left and state.get("resources"):
                raise self._error(layout, f"it was applied with {left} ({_resources(state)})")
            return
        try:
            found = self.find(layout)
        except TfstencilError as error:
            if self._is_settled(layout):
                return
            raise self._error(layout, f"it may lie elsewhere: {error}") from error
        if found and not self._is_settled(layout):
            told = " and ".join(f"in {each.place} ({_resources(each.state)})" for each in found)
            raise self._error(layout, f"nothing was ever written there, and it lies {told}")

    def find(self, layout: Layout) -> list[FormerState]:
        """Read all places where the state may have lain, and return those that describe something.

        Raises:
            TfstencilError: one cannot be read, so that nobody knows.
        """
        found: list[FormerState] = []
        for place, content in self._contents(layout):
            state = parse_state(content) if content else None
            if content and state is None:
                raise TfstencilError(f"{place} holds no whole state")
            if state and count(state):
                found.append(FormerState(place, state))
        return found

    def left_in_sandbox(self, layout: Layout) -> str:
        """Return the place that a spec named when it was applied in the sandbox, where it names another one now.

        The sandbox keeps most states in files of its own, whatever the spec says: outside it, this one would be gone.
        """
        if self.mode is not Mode.SANDBOX or layout.state is None:
            return ""
        places = [entry.state for entry in self._entries() if entry.state]
        return places[-1] if places and places[-1] != place_of(layout.source) else ""

    def _contents(self, layout: Layout) -> Iterator[tuple[str, bytes | None]]:
        old = [name for identity in self.former if (name := identity.partition("/")[2]) != self.environment]
        if self.mode is Mode.SANDBOX:
            files = [sandbox_state(self.workspace, name) for name in old]
        else:
            # Of terraform's own, beside the modules, where no backend keeps it.
            here = [] if place_of(layout.source) == LOCAL else [self.environment]
            files = [self.workspace.modules_out / name / LOCAL_STATE for name in (*here, *old)]
        for file in files:
            yield self.workspace.relative(file), file.read_bytes() if file.is_file() else None
        for place in dict.fromkeys(self._places_in_s3(layout, old)):
            for found in self._objects(layout, place):
                held = found.read()
                yield place, held[0] if held else None

    def _places_in_s3(self, layout: Layout, old: Sequence[str]) -> Iterator[str]:
        for name in (self.environment, *old):
            if last := last_render(self.workspace, name):
                yield from (*last[1].states, state_of(last[1].claims))
        yield from (entry.state for entry in self._entries())
        bucket = bucket_of(layout.source).get("bucket")
        if bucket:
            yield from (f"s3://{bucket}/{identity}/terraform.tfstate" for identity in self.former)

    def _objects(self, layout: Layout, place: str) -> Iterator[StateObject]:
        """Yield the objects that a place may mean: in the sandbox, one in each account that has the bucket."""
        parts = _IN_S3.fullmatch(place)
        if parts is None:
            return
        region = bucket_of(layout.source).get("region") or layout.region
        accounts = [layout.account]
        if self.mode is Mode.SANDBOX:
            accounts = sandbox_buckets(self.workspace, parts["bucket"])
        endpoint = layout.endpoint if self.mode is Mode.SANDBOX else ""
        for account in accounts:
            # In the sandbox the account's own key opens its buckets.
            own_credentials = AMBIENT if endpoint else credentials_of(layout.source)
            found = StateObject(parts["bucket"], parts["key"], region, endpoint, account, own_credentials)
            own = layout.state_object
            if own is None or (own.bucket, own.key, own.owner) != (found.bucket, found.key, found.owner):
                yield found

    def _entries(self) -> list[HistoryEntry]:
        return History.of(self.workspace, self.environment, self.mode.value).entries()

    def _is_settled(self, layout: Layout) -> bool:
        """Whether somebody has taken the state along to where it is looked for now, or has given it up."""
        now = place_of(layout.source)
        entries = history_of(self.workspace, self.environment, self.mode).entries()
        return any(entry.verb == MOVE and entry.state == now for entry in entries)

    def _error(self, layout: Layout, found: str) -> StatePlaceError:
        now, name = place_of(layout.source), self.environment
        where = f"in a file beside its modules ({name}/{LOCAL_STATE})" if now == LOCAL else f"in {now}"
        command = f"tfstencil state move {name}{' --sandbox' if self.mode is Mode.SANDBOX else ''}"
        return StatePlaceError(
            f"the state of {name} is looked for {where}, but {found}: what is applied would be made again, and what "
            "exists would be forgotten",
            key="state",
            hint=f"nothing was changed. Take the state along: {command}; or set stack, state and backend back to what "
            f"they were; or give up what is there: {command} --abandon",
        )


def _resources(state: Mapping[str, Any]) -> str:
    number = count(dict(state))
    return "1 resource" if number == 1 else f"{number} resources"
