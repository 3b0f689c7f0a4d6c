"""A part of the stack as one value: what a spec can say of it, and what follows from that at each stage.

A stage is a function that imports what it returns: to check a spec, nothing is loaded that renders or reads back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from generator.parts.framework.contribution import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path as Folder

    from generator.adoption.importable import Imports
    from generator.language.nodes import Node
    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Finding
    from generator.model.section import Section
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.existing import Existing
    from generator.parts.framework.module import Module
    from generator.parts.framework.moves import Keyed
    from generator.parts.framework.scope import Scope
    from generator.readback.check import Check
    from generator.readback.expectation import Expectation
    from generator.readback.listing import Listing
    from generator.readback.need import Need


# Which environments have something to do with it: those with builds, the one that keeps states, or all.
EnvironmentKind = Literal["builds", "backend", "always"]


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a spec that belongs to a part.

    Attributes:
        section: what may stand below it.
        description: a sentence for the schema and the reference.
        absent: makes what stands there where a spec says nothing; without it, the part is off then.
    """

    section: type[Section]
    description: str
    absent: Callable[[], Section] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What no single key can hold.

    Attributes:
        check: yields what is wrong with a spec; its first line says what must hold.
        when: which specs it is about.
    """

    check: Callable[[str, EnvironmentSpec], Iterator[Finding]]
    when: EnvironmentKind = "builds"


@dataclass(frozen=True, slots=True)
class TerraformModule:
    """A Terraform module that a part may have.

    Attributes:
        derive: makes its arguments and its shape, from a spec and from what other parts ask for; None where it is off.
        arguments: type of the values that the root templates pass to it.
        shape: type of its features.
    """

    derive: Callable[[Scope, Contribution], Module | None]
    arguments: type[object]
    shape: type[object]


def _always(_: Scope) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Output:
    """An output of the root module, which stands in `root/_output_<name>.tf.j2` beside the part's templates.

    Attributes:
        keys: dotted keys of the spec that decide whether it is there.
        exists: whether an environment has it.
    """

    keys: tuple[str, ...] = ()
    exists: Callable[[Scope], bool] = _always


def _no_contribution(_: Scope) -> Contribution:
    return NOTHING


def _nothing_existing(_: Scope, __: Contribution) -> Iterable[Existing]:
    return ()


@dataclass(frozen=True, slots=True)
class RunbookSection:
    """What a part adds to a chapter of the runbook, which stands in `root/_<chapter>.md.j2` beside its templates.

    Attributes:
        chapter: the chapter.
        place: where it stands among those of other parts; the smallest comes first.
    """

    chapter: Literal["first_deployment", "every_day"]
    place: int


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a part comes to.

    Attributes:
        modules: its Terraform modules by name, with a folder of templates each; the first one's has what it adds to the
            root module.
        origins: spec keys by context path; both dotted, `*` stands for any key.
        facts: other entries of the root templates' context, by name.
        outputs: outputs of the root module, by name.
        runbook: its sections of the runbook.
        contributes: what it asks of its neighbours, from specs and names alone.
        existing: what it uses that exists.
        keyed: by module, its resources whose instances are keyed by something that a spec names and can rename.
    """

    modules: Mapping[str, TerraformModule] = field(default_factory=dict)
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, Callable[[Scope, Contribution], object]] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    runbook: tuple[RunbookSection, ...] = ()
    contributes: Callable[[Scope], Contribution] = _no_contribution
    existing: Callable[[Scope, Contribution], Iterable[Existing]] = _nothing_existing
    keyed: Mapping[str, tuple[Keyed, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """How what exists is compared with the spec.

    Attributes:
        checks: each yields comparisons.
        listings: what a destroy must not leave.
        needs: each yields what builds wait for and Terraform does not make.
    """

    checks: tuple[Callable[[Expectation], Iterator[Check]], ...] = ()
    listings: tuple[Listing, ...] = ()
    needs: tuple[Callable[[Expectation], Iterator[Need]], ...] = ()


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates of a part that does not ship with tfstencil.

    Attributes:
        module: name of its module.
        folder: of the part, with `templates/` and `tests/` in it.
        display: the folder as a person would type it.
        made: templates that were made from what the part says, by name.
        is_trusted: whether it was installed, as tfstencil itself was; what lies in a workspace is not trusted.
        is_allowed: whether the workspace allows just this text to do what a part may not: run programs, and the like.
    """

    module: str
    folder: Folder
    display: str
    made: Mapping[str, str]
    is_trusted: bool = False
    is_allowed: bool = False


def _no_rules() -> tuple[Rule, ...]:
    return ()


def _no_claims(_: Scope) -> Iterable[Claim]:
    return ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the stack.

    Attributes:
        name: of its folder, and of its key in a spec where it has one.
        key: its key in a spec; None where it is on without one.
        build_keys: its keys inside `builds.<name>`.
        kinds: which environments can have it.
        classes: folder of its defaults by class of environment: `dev.yaml` and so on.
        section_defaults: by class, its defaults that hold where a spec speaks of its key: they do not turn it on.
        rules: its rules.
        claims: yields the names that it claims.
        derivation: what it comes to.
        read_back: how it is read back.
        templates: where they lie, of a part that does not ship with tfstencil.
        outputs: of its module, where its templates do not ship with tfstencil.
        version: of a part that does not ship with tfstencil.
        guards: what the guards have to know of the types of resources that it alone renders, by type.
        imports: how a resource that exists is taken over, of each type that it alone renders; a text says why none is
            looked for.
    """

    name: str
    key: Key | None = None
    build_keys: type[Section] | None = None
    kinds: frozenset[EnvironmentKind] = frozenset({"builds"})
    classes: Folder | None = None
    section_defaults: Mapping[str, Node] | None = None
    rules: Callable[[], tuple[Rule, ...]] = _no_rules
    claims: Callable[[Scope], Iterable[Claim]] = _no_claims
    derivation: Callable[[], Derivation] = Derivation
    read_back: Callable[[], ReadBack] = ReadBack
    templates: Templates | None = None
    outputs: tuple[str, ...] = ()
    version: str = ""
    guards: Callable[[], Mapping[str, Mapping[str, Any]]] = dict
    imports: Callable[[], Imports] = dict
