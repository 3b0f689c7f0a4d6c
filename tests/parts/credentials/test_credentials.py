"""As whom AWS is called: rendered for provider and backend, read again, and used by boto3 and terraform alike."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from generator.credentials.identity import AMBIENT, Credentials, Role, WebIdentity, usable_environment
from generator.credentials.session import client
from generator.errors import CredentialsError, SpecError, TfstencilError
from generator.model.loading.load import load_environment
from generator.operations.targets.required import missing_profiles, require_profiles
from generator.operations.targets.targets import target_of
from generator.parts.framework.stack import derive
from generator.readback.clients import Clients
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import render_stack
from generator.terraform import overrides
from generator.terraform.layout import lay_out
from generator.terraform.mode import Mode
from generator.terraform.state import backends
from generator.terraform.state.bucket_object import StateObject
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

SPEC = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
notifications: null
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
"""
ROLE = "arn:aws:iam::111122223333:role/team/terraform"
CI = "arn:aws:iam::999900001111:role/ci"
STATES = "arn:aws:iam::444455556666:role/states"
FULL = f"""\
state: {{bucket: acme-tfstate}}
credentials:
  web_identity: {{arn: "{CI}", token_file: /run/token}}
  assume_role: {{arn: "{ROLE}", external_id: shop/1, session_name: deploys, duration: 90m}}
  state: {{profile: states, assume_role: {{arn: "{STATES}"}}}}
"""


@pytest.fixture
def rendered(workspace_of: MakeWorkspace) -> Callable[[str], Workspace]:
    def render(addition: str) -> Workspace:
        workspace = workspace_of({"dev": f"{SPEC}{addition.replace('90m', '1h30m')}"})
        environment = load_environment(workspace, "dev")
        for path, text in render_stack(TemplateEngine([bundled_templates()]), derive(environment)).items():
            file = workspace.modules_out / "dev" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return workspace

    return render


def test_provider_and_backend_say_what_the_spec_says(rendered: Callable[[str], Workspace]) -> None:
    root = rendered(FULL).modules_out / "dev"
    assert overrides.provider_credentials(root) == Credentials(
        web_identity=WebIdentity(CI, "tfstencil-dev", "/run/token"), role=Role(ROLE, "deploys", "shop/1", "1h30m")
    )
    assert backends.credentials_of(root) == Credentials("states", role=Role(STATES, "tfstencil-dev"))
    assert backends.account_of(root) == "444455556666"
    assert backends.bucket_of(root)["bucket"] == "acme-tfstate"


def test_a_state_without_credentials_of_its_own_has_those_of_the_provider(
    rendered: Callable[[str], Workspace],
) -> None:
    root = rendered("state: {bucket: acme-tfstate}\ncredentials: {profile: shop}\n").modules_out / "dev"
    assert backends.credentials_of(root) == overrides.provider_credentials(root) == Credentials("shop")
    assert backends.account_of(root) == "111122223333"


def test_without_credentials_nothing_is_said(rendered: Callable[[str], Workspace]) -> None:
    root = rendered("").modules_out / "dev"
    assert overrides.provider_credentials(root) == backends.credentials_of(root) == AMBIENT
    assert overrides.offline_provider(root) == {}


def test_an_offline_plan_assumes_no_role(rendered: Callable[[str], Workspace]) -> None:
    workspace = rendered(FULL)
    layout = lay_out(workspace, "dev", Mode.OFFLINE, "111122223333", "eu-west-1", None)
    layout.update()
    text = (layout.root / "providers.tf").read_text()
    assert "assume_role" not in text
    assert "allowed_account_ids" in text


def test_in_the_sandbox_the_roles_stand_and_the_token_is_one_that_it_takes(
    rendered: Callable[[str], Workspace],
) -> None:
    workspace = rendered(FULL)
    layout = lay_out(workspace, "dev", Mode.SANDBOX, "111122223333", "eu-west-1", "http://127.0.0.1:1")
    layout.update()
    assert "assume_role {" in (layout.root / "providers.tf").read_text()
    override = (layout.root / overrides.FILE_NAME).read_text()
    assert '"web_identity_token": "mock"' in override
    in_bucket = backends.in_sandbox(layout.source, "111122223333", "http://127.0.0.1:1")["s3"]
    assert in_bucket["assume_role"] == {"role_arn": STATES, "session_name": "tfstencil-dev"}
    assert (in_bucket["access_key"], in_bucket["allowed_account_ids"]) == ("111122223333", ["444455556666"])


SHELL = {
    "PATH": "/bin",
    "AWS_ACCESS_KEY_ID": "AKIA",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_SESSION_TOKEN": "y",
    "AWS_PROFILE": "other",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/run/other",
    "AWS_ROLE_ARN": CI,
    "AWS_CA_BUNDLE": "/etc/ca",
}


@pytest.mark.parametrize(
    ("used", "left"),
    [
        ([AMBIENT], set(SHELL)),
        ([Credentials(role=Role(ROLE, "x"))], set(SHELL)),
        ([Credentials("shop")], {"PATH", "AWS_CA_BUNDLE"}),
        ([Credentials("shop"), AMBIENT], set(SHELL)),
        ([Credentials(web_identity=WebIdentity(CI, "x", "/run/token"))], {"PATH", "AWS_CA_BUNDLE"}),
        ([Credentials(web_identity=WebIdentity(CI, "x"))], {"PATH", "AWS_CA_BUNDLE", "AWS_WEB_IDENTITY_TOKEN_FILE"}),
    ],
    ids=["nothing said", "a role", "a profile", "a profile beside nothing", "a token file", "a token"],
)
def test_what_the_shell_has_is_not_used_where_the_spec_says_otherwise(used: list[Credentials], left: set[str]) -> None:
    assert set(usable_environment(SHELL, *used)) == left


def test_terraform_is_not_shown_the_keys_of_the_shell_beside_a_profile(
    rendered: Callable[[str], Workspace], tmp_path: Path
) -> None:
    class NoTools:
        def variables(self, *_: object, **__: object) -> dict[str, str]:
            return {}

    workspace = rendered("credentials: {profile: shop}\n")
    layout = lay_out(workspace, "dev", Mode.REAL, "111122223333", "eu-west-1", None)
    tools: Any = NoTools()
    child = layout.environment({**SHELL, "TMPDIR": str(tmp_path)}, tools)
    assert {name for name in child if name.startswith("AWS_")} == {"AWS_CA_BUNDLE"}


def test_a_profile_that_is_missing_is_told_at_its_line(workspace_of: MakeWorkspace, tmp_path: Path) -> None:
    text = f"{SPEC}state: {{bucket: acme-tfstate}}\ncredentials:\n  profile: shop\n  state: {{profile: states}}\n"
    target = target_of(load_environment(workspace_of({"dev": text}), "dev"))
    config = tmp_path / "config"
    config.write_text("[profile states]\nregion = eu-west-1\n")
    environ = {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    (problem,) = missing_profiles([target, target], environ)
    assert str(problem.place) == "environments/dev.yaml:10:12"
    assert problem.message == "this machine has no AWS profile shop"
    with pytest.raises(SpecError):
        require_profiles([target], environ)
    config.write_text("[profile states]\n[profile shop]\n")
    require_profiles([target], environ)


def test_boto3_says_which_profile_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    with pytest.raises(CredentialsError, match="this machine has no AWS profile shop"):
        client("s3", Credentials("shop"), region="eu-west-1")


def test_a_token_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_WEB_IDENTITY_TOKEN_FILE", raising=False)
    with pytest.raises(CredentialsError, match="AWS_WEB_IDENTITY_TOKEN_FILE is not set"):
        client("s3", Credentials(web_identity=WebIdentity(CI, "x")), region="eu-west-1")
    with pytest.raises(CredentialsError, match="cannot be read: /no/such"):
        client("s3", Credentials(web_identity=WebIdentity(CI, "x", "/no/such")), region="eu-west-1")


@pytest.mark.parametrize("way", ["role", "web identity"])
def test_a_role_is_assumed_with_the_patience_of_the_client(way: str, tmp_path: Path) -> None:
    """A server that takes a call and never answers: the settings of the client end the wait, not those of boto3."""
    (tmp_path / "token").write_text("token")
    token = WebIdentity(CI, "deploys", str(tmp_path / "token"))
    asked = Credentials(web_identity=token) if way == "web identity" else Credentials(role=Role(ROLE, "deploys"))
    patience = Config(read_timeout=0.2, connect_timeout=0.2, retries={"total_max_attempts": 1})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        begun = time.monotonic()
        with pytest.raises(CredentialsError, match="cannot be assumed: Read timeout"):
            client("s3", asked, region="eu-west-1", endpoint=endpoint, account="1" * 12, settings=patience)
        assert time.monotonic() - begun < 30


def test_no_client_waits_longer_than_a_person_would() -> None:
    settings = client("s3", AMBIENT, region="eu-west-1").meta.config
    assert (settings.connect_timeout, settings.read_timeout) == (5, 30)
    assert settings.retries["total_max_attempts"] == 2
    own = client("s3", AMBIENT, region="eu-west-1", settings=Config(read_timeout=1)).meta.config
    assert (own.connect_timeout, own.read_timeout) == (5, 1)


class _Over(BaseHTTPRequestHandler):
    """Says of every call that the session is over."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.do_GET()

    def do_GET(self) -> None:
        fields = "<Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message>"
        # S3 answers with the error itself, the others wrap it.
        is_s3 = "/s3/" in self.headers.get("Authorization", "")
        body = f"<Error>{fields}</Error>" if is_s3 else f"<ErrorResponse><Error>{fields}</Error></ErrorResponse>"
        self.send_response(400)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def over() -> Iterator[str]:
    """Serve an AWS for which every session is over; return its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Over) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_session_that_is_over_is_told_and_how_to_sign_in_again(over: str) -> None:
    place = Clients("eu-west-1", "1" * 12, over)
    state = StateObject("states", "k", "eu-west-1", over, "1" * 12)
    role = Credentials(role=Role(ROLE, "deploys"))
    asked: list[tuple[Callable[[], object], str]] = [
        (lambda: client("s3", role, region="eu-west-1", endpoint=over, account="1" * 12), "the session with which"),
        (lambda: place.ask("iam", "get_role", RoleName="x"), "the session of your AWS credentials is over"),
        (lambda: place.ask_all("iam", "list_roles", "Roles"), "the session of your AWS credentials is over"),
        (state.read, "s3://states/k cannot be read: .*ExpiredToken"),
    ]
    for ask, words in asked:
        with pytest.raises(TfstencilError, match=words) as caught:
            ask()
        assert caught.value.hint == "sign in again: aws sso login"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("yes", "credentials"),
        ("{profile: 7}", "credentials.profile"),
        ('{profile: ""}', "credentials.profile"),
        ('{profile: "a b"}', "credentials.profile"),
        ("{role: x}", "credentials.role"),
        ("{assume_role: {}}", "credentials.assume_role.arn"),
        ('{assume_role: {arn: "arn:aws:iam::111122223333:user/me"}}', "credentials.assume_role.arn"),
        (f'{{assume_role: {{arn: "{ROLE}", external_id: "a b"}}}}', "credentials.assume_role.external_id"),
        (f'{{assume_role: {{arn: "{ROLE}", session_name: "x"}}}}', "credentials.assume_role.session_name"),
        (f'{{assume_role: {{arn: "{ROLE}", duration: 5m}}}}', "credentials.assume_role.duration"),
        (f'{{assume_role: {{arn: "{ROLE}", duration: 3600}}}}', "credentials.assume_role.duration"),
        (f'{{web_identity: {{arn: "{ROLE}", token_file: token}}}}', "credentials.web_identity.token_file"),
        ("{access_key: AKIAIOSFODNN7EXAMPLE}", "credentials.access_key"),
    ],
)
def test_credentials_that_are_written_wrongly_are_refused_at_their_key(
    workspace_of: MakeWorkspace, written: str, key: str
) -> None:
    with pytest.raises(SpecError) as caught:
        load_environment(workspace_of({"dev": f"{SPEC}credentials: {written}\n"}), "dev")
    assert key in {problem.key for problem in caught.value.problems}
    assert all(problem.place for problem in caught.value.problems)
