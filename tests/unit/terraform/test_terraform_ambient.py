"""Which variables reach terraform: an allow-list, so that no shell changes a plan."""

from __future__ import annotations

import pytest

from generator.terraform.mode import Mode
from generator.terraform.process.ignored_environment import child_environment, ignored_variables, mock_credentials


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    "name",
    [
        *("TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_WORKSPACE", "TF_DATA_DIR", "TF_VAR_name", "TF_LOG", "TF_LOG_PATH"),
        *("TF_REATTACH_PROVIDERS", "TF_STATE_PERSIST_INTERVAL", "TF_CLI_CONFIG_FILE", "TF_SKIP_PROVIDER_VERIFY"),
        *("LD_PRELOAD", "PYTHONPATH", "SECRET_TOKEN"),
    ],
)
def test_what_could_change_a_plan_does_not_pass(mode: Mode, name: str) -> None:
    assert name not in child_environment({name: "-destroy"}, mode)


@pytest.mark.parametrize("name", ["PATH", "HOME", "HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE", "LC_ALL", "TF_TOKEN_a_b"])
def test_what_terraform_needs_passes(name: str) -> None:
    assert child_environment({name: "value"}, Mode.OFFLINE)[name] == "value"


def test_credentials_pass_in_real_mode_alone() -> None:
    ambient = {"AWS_PROFILE": "prod", "AWS_SECRET_ACCESS_KEY": "s3cret"}

    assert ambient.items() <= child_environment(ambient, Mode.REAL).items()
    for mode in (Mode.OFFLINE, Mode.SANDBOX):
        assert "s3cret" not in child_environment(ambient, mode).values()
        assert "AWS_PROFILE" not in child_environment(ambient, mode)


def test_terraforms_own_log_passes_only_when_asked_for() -> None:
    assert child_environment({"TF_LOG": "trace"}, Mode.REAL, verbose=True)["TF_LOG"] == "trace"


def test_terraform_never_asks_and_never_calls_home() -> None:
    child = child_environment({"TF_INPUT": "1", "CHECKPOINT_DISABLE": ""}, Mode.REAL)

    assert (child["TF_INPUT"], child["TF_IN_AUTOMATION"], child["CHECKPOINT_DISABLE"]) == ("0", "1", "1")


def test_the_users_own_limits_are_kept() -> None:
    child = child_environment({"GOGC": "100", "TF_REGISTRY_CLIENT_TIMEOUT": "60"}, Mode.REAL)

    assert (child["GOGC"], child["TF_REGISTRY_CLIENT_TIMEOUT"]) == ("100", "60")


def test_mock_credentials_shut_out_the_users_own_configuration() -> None:
    mocked = mock_credentials("111122223333", "eu-west-1", "http://127.0.0.1:9")

    assert mocked["AWS_ACCESS_KEY_ID"] == "111122223333"
    assert mocked["AWS_CONFIG_FILE"] == mocked["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def test_the_ignored_variables_are_those_that_would_have_steered_terraform() -> None:
    ambient = {
        "TF_WORKSPACE": "x",
        "TF_CLI_ARGS_plan": "-destroy",
        "TF_TOKEN_app_example": "t",
        "TF_PLUGIN_CACHE_DIR": "/c",
        "TF_CLI_CONFIG_FILE": "/f",
        "PATH": "/bin",
    }

    assert ignored_variables(ambient) == ["TF_CLI_ARGS_plan", "TF_WORKSPACE"]
