"""Every name that an environment claims, from its spec and its names: the one list of them.

Only names that something outside the environment can have as well are claimed. What lies inside one of these needs no
claim: the policies of a role, the settings of a bucket, the schedules of a group, the targets of a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.claims.kinds import ACCESS_LOGS, ARTIFACTS, BACKEND, BESIDE_STATE, DEPLOYMENT, FORMER, PRESENT, STATE
from generator.derivation.facts import SOURCE_TYPES
from generator.spec.names import ALARMS, Names
from generator.spec.sign_in import PROVIDERS, makes_connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.kinds import Text
    from generator.spec.model.build import Build
    from generator.spec.model.environment import EnvironmentSpec
    from generator.spec.rules.finding import Path

    # A claim, and the key of the spec that decides it.
    Claim = tuple[Text, Path]

_STACK: Final = ("stack",)


def claims(environment: str, spec: EnvironmentSpec) -> list[Claim]:
    """List all that an environment claims; a name that it claims twice is there twice."""
    return [*_Claims(Names.of(environment, spec), spec).all()]


def identity(stack: str, environment: str) -> str:
    """Return what an environment is known by: the values of its resources' tags `Stack` and `Environment`."""
    return f"{stack}/{environment}"


class _Claims:
    """The claims of one environment, part by part."""

    def __init__(self, names: Names, spec: EnvironmentSpec) -> None:
        self._names = names
        self._spec = spec
        self._world = names.partition
        self._account = f"{names.partition}/{names.account}"
        self._place = f"{self._account}/{names.region}"

    def all(self) -> Iterator[Claim]:
        spec = self._spec
        yield from self._identity()
        yield from self._state()
        if spec.encryption is not None:
            yield self._here("alias", self._names.key_alias, _STACK)
        if spec.backend is not None:
            yield from self._backend()
            return
        yield from self._artifacts()
        yield self._here("log-group", self._names.log_group, _STACK)
        yield from self._connection()
        yield from self._network()
        for key, build in spec.builds.items():
            yield from self._build(key, build)
        for name in spec.registry.repositories if spec.registry else ():
            yield self._here("repository", self._names.repository(name), ("registry", "repositories", name))
        yield from self._notifications()
        yield from self._alarms()
        yield from self._monitoring()
        yield from self._starts()

    def _here(self, kind: str, name: str, path: Path) -> Claim:
        return f"{kind} {self._place} {name}", path

    def _role(self, name: str, path: Path) -> Claim:
        return f"role {self._account} {name.lower()}", path

    def _bucket(self, use: str, name: str, path: Path) -> Claim:
        return f"@bucket:{use} {self._world} {name}", path

    def _identity(self) -> Iterator[Claim]:
        names = self._names
        yield f"@environment:{PRESENT} - {identity(names.stack, names.environment)}", _STACK
        for index, former in enumerate(self._spec.formerly):
            yield f"@environment:{FORMER} - {former}", ("formerly", index)

    def _state(self) -> Iterator[Claim]:
        spec, names = self._spec, self._names
        if spec.backend is not None:
            bucket, key = names.state_bucket, names.state_key
            path: Path = ("backend",)
        elif spec.state is not None:
            bucket, key = spec.state.bucket, spec.state.key or names.state_key
            path = ("state", "key") if spec.state.key else _STACK
            yield self._bucket(STATE, bucket, ("state", "bucket"))
        else:
            return
        # S3 compares keys byte by byte.
        for name in (key, *(f"{key}{end}" for end in BESIDE_STATE)):
            yield f"state {self._world}/{bucket} {name}", path

    def _backend(self) -> Iterator[Claim]:
        backend = self._spec.backend
        if backend is not None:
            path = ("backend", "bucket") if backend.bucket else _STACK
            yield self._bucket(BACKEND, self._names.state_bucket, path)
            if backend.access_logs:
                yield self._bucket(ACCESS_LOGS, backend.access_logs.bucket, ("backend", "access_logs", "bucket"))

    def _artifacts(self) -> Iterator[Claim]:
        artifacts, names = self._spec.artifacts, self._names
        yield self._bucket(ARTIFACTS, names.bucket, ("artifacts", "bucket") if artifacts.bucket else _STACK)
        logs = artifacts.access_logs
        if logs:
            path = ("artifacts", "access_logs", "bucket") if logs.bucket else _STACK
            yield self._bucket(ARTIFACTS, names.access_log_bucket, path)

    def _connection(self) -> Iterator[Claim]:
        source = self._spec.source
        made, credential = source.connection, source.credential
        if made is not None and makes_connection(source) and source.type in PROVIDERS:
            path = ("source", "connection", "name") if made.name else _STACK
            yield f"connection {self._account} {made.name or self._names.prefix}", path
        if made is None and credential is not None and credential.scope == "account" and credential.secret:
            yield self._here("source-credential", SOURCE_TYPES[source.type], ("source", "credential"))

    def _network(self) -> Iterator[Claim]:
        network, names = self._spec.network, self._names
        existing = network.existing if network else None
        if existing and not existing.security_group_ids:
            scope, path = f"{self._place}/{existing.vpc_id}", ("network", "existing", "vpc_id")
            yield f"security-group {scope} {names.security_group.lower()}", path
        managed = network.managed if network else None
        if managed and managed.flow_logs.traffic != "NONE":
            yield self._here("log-group", names.flow_log_group, _STACK)
            yield self._role(names.flow_log_role, _STACK)

    def _build(self, key: str, build: Build) -> Iterator[Claim]:
        names, path = self._names, ("builds", key)
        yield self._here("project", names.projects[key], path)
        yield self._role(names.role(key), path)
        if build.batch:
            yield self._role(names.batch_role(key), path)
        if build.fleet and build.fleet.arn is None:
            yield self._here("fleet", names.projects[key], path)
        for report in build.reports:
            yield self._here("report-group", names.report_group(key, report), (*path, "reports", report))

    def _notifications(self) -> Iterator[Claim]:
        section, names = self._spec.notifications, self._names
        if section is None:
            return
        yield self._here("topic", names.topic, _STACK)
        yield self._here("queue", names.undelivered, _STACK)
        yield self._here("rule", names.topic, _STACK)
        if section.phases:
            yield self._here("rule", names.phase_rule, _STACK)
        if self._spec.pipeline:
            yield self._here("rule", names.pipeline_rule, _STACK)
        if self._spec.pipeline and "FAILED" in section.statuses:
            yield self._here("rule", names.action_rule, _STACK)
        if section.alarm_on_undelivered:
            yield self._here("alarm", names.undelivered, _STACK)
        for index, function in enumerate(section.functions):
            yield f"permission {function} {names.topic}", ("notifications", "lambda", index)

    def _alarms(self) -> Iterator[Claim]:
        section, names = self._spec.alarms, self._names
        if section is None:
            return
        kinds = [kind for kind in ALARMS if getattr(section, kind) is not None]
        for build in section.builds or self._spec.builds:
            for kind in kinds:
                yield self._here("alarm", names.alarm(build, kind), ("builds", build))
        if section.composite and kinds:
            yield self._here("alarm", names.any_alarm, _STACK)
        if section.dashboard:
            yield f"dashboard {self._account} {names.dashboard}", _STACK

    def _monitoring(self) -> Iterator[Claim]:
        spec, names = self._spec, self._names
        if spec.budget is not None:
            yield f"budget {self._account} {names.prefix}", _STACK
        if spec.tracing is not None:
            path = ("tracing", "name") if spec.tracing.name else _STACK
            for kind in ("trace-group", "trace-rule"):
                yield self._here(kind, spec.tracing.name or names.prefix, path)

    def _starts(self) -> Iterator[Claim]:
        spec, names = self._spec, self._names
        if any(build.schedule for build in spec.builds.values()):
            yield self._here("schedule-group", names.schedule_group, _STACK)
            yield self._role(names.schedule_role, _STACK)
            if spec.notifications is not None:
                yield self._here("alarm", names.missed_schedules, _STACK)
        if spec.pipeline is None:
            return
        yield self._here("pipeline", names.pipeline, _STACK)
        yield self._role(names.pipeline_role, _STACK)
        if spec.pipeline.source is not None or spec.source.type == "codecommit":
            yield self._here("rule", names.source_rule, _STACK)
            yield self._role(names.pipeline_start_role, _STACK)
        bucket = spec.pipeline.deploy.bucket if spec.pipeline.deploy else None
        if bucket:
            yield self._bucket(DEPLOYMENT, bucket.bucket, ("pipeline", "deploy", "bucket", "bucket"))
