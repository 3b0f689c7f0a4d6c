"""Where the AWS provider comes from, and how terraform is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.errors import TerraformError, ToolError
from generator.terraform.lockfile import scratch_lock
from generator.terraform.tools.binary import TerraformBinary
from generator.terraform.tools.cli_config import dangling_config, governs_providers, refuse_overrides
from generator.terraform.tools.programs import Tools, find_tools
from generator.terraform.tools.provider import ProviderSource, find_provider
from generator.terraform.tools.versions import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from subprocess import CompletedProcess

AWS = "registry.terraform.io/hashicorp/aws"
TERRAFORM = TerraformBinary(Path("/usr/bin/terraform"), Version(1, 11, 4), "linux_amd64", "PATH")


def unpacked(mirror: Path, version: str, *, platform: str = "linux_amd64", address: str = AWS) -> Path:
    folder = mirror / address / version / platform
    folder.mkdir(parents=True)
    (folder / f"terraform-provider-{address.rsplit('/', 1)[1]}_v{version}_x5").write_text("")
    return mirror


def packed(mirror: Path, version: str, *, platform: str = "linux_amd64") -> Path:
    (mirror / AWS).mkdir(parents=True, exist_ok=True)
    (mirror / AWS / f"terraform-provider-aws_{version}_{platform}.zip").write_text("")
    return mirror


def find(tmp_path: Path, **environ: str) -> ProviderSource:
    (tmp_path / "software").mkdir(exist_ok=True)
    own = {"HOME": str(tmp_path / "home"), "XDG_DATA_DIRS": str(tmp_path / "share")} | environ
    return find_provider(own, TERRAFORM, software=[tmp_path / "software"])


def test_a_mirror_among_add_on_software_is_found(tmp_path: Path) -> None:
    mirror = unpacked(tmp_path / "software" / "tf-plugins", "5.100.0")

    source = find(tmp_path)

    assert (source.kind, source.folder, source.version) == ("mirror", mirror, Version(5, 100, 0))
    assert not source.needs_cache


def test_the_setting_wins_over_every_other_mirror(tmp_path: Path) -> None:
    unpacked(tmp_path / "software" / "tf-plugins", "5.101.0")
    unpacked(tmp_path / "home" / ".terraform.d" / "plugins", "5.101.0")
    named = unpacked(tmp_path / "named", "5.100.0")

    source = find(tmp_path, TFSTENCIL_PROVIDER_MIRROR=str(named))

    assert (source.folder, source.found_by) == (named, "TFSTENCIL_PROVIDER_MIRROR")


@pytest.mark.parametrize(
    "folder", ["home/.terraform.d/plugins", "home/.local/share/terraform/plugins", "share/terraform/plugins"]
)
def test_the_folders_that_terraform_searches_come_before_add_on_software(tmp_path: Path, folder: str) -> None:
    unpacked(tmp_path / "software" / "tf-plugins", "5.101.0")
    implied = unpacked(tmp_path / folder, "5.100.0")

    source = find(tmp_path)

    assert (source.kind, source.folder) == ("implied", implied)


def test_the_newest_fitting_version_of_a_mirror_is_taken(tmp_path: Path) -> None:
    mirror = tmp_path / "software" / "m"
    for version in ("5.99.1", "5.100.0", "6.62.0", "7.0.0"):
        unpacked(mirror, version)

    assert find(tmp_path).version == Version(6, 62, 0)


def test_a_packed_mirror_is_used_through_the_shared_cache(tmp_path: Path) -> None:
    packed(tmp_path / "software" / "m", "5.100.0")

    source = find(tmp_path)

    assert source.kind == "mirror"
    assert source.needs_cache


def test_an_unpacked_copy_is_preferred_to_a_packed_one(tmp_path: Path) -> None:
    packed(unpacked(tmp_path / "software" / "m", "5.100.0"), "5.100.0")

    assert find(tmp_path).unpacked


def test_without_any_mirror_it_is_the_registry_with_a_shared_cache(tmp_path: Path) -> None:
    source = find(tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert (source.kind, source.found_by) == ("registry", "registry.terraform.io")
    assert source.folder == tmp_path / "cache" / "tfstencil" / "providers"
    assert source.needs_cache


def test_the_users_own_plugin_cache_is_shared_rather_than_ours(tmp_path: Path) -> None:
    assert find(tmp_path, TF_PLUGIN_CACHE_DIR=str(tmp_path / "own")).folder == tmp_path / "own"


@pytest.mark.parametrize(
    ("version", "platform"),
    [("5.99.1", "linux_amd64"), ("7.0.0", "linux_amd64"), ("5.101.0-beta1", "linux_amd64")],
    ids=["too old", "too new", "a pre-release"],
)
def test_a_mirror_without_a_fitting_version_says_what_it_has(tmp_path: Path, version: str, platform: str) -> None:
    unpacked(tmp_path / "software" / "m", version, platform=platform)

    with pytest.raises(ToolError, match=r"no mirror has an AWS provider >= 5\.100\.0, < 7\.0\.0: .*m has "):
        find(tmp_path)


def test_a_mirror_for_another_platform_is_no_mirror(tmp_path: Path) -> None:
    unpacked(tmp_path / "software" / "m", "5.100.0", platform="darwin_arm64")

    assert find(tmp_path).kind == "registry"


def test_an_empty_version_folder_is_no_provider(tmp_path: Path) -> None:
    (tmp_path / "software" / "m" / AWS / "5.100.0" / "linux_amd64").mkdir(parents=True)

    assert find(tmp_path).kind == "registry"


@pytest.mark.parametrize("has", ["5.1.0", None], ids=["an old version", "nothing"])
def test_a_setting_without_a_fitting_provider_is_refused(tmp_path: Path, has: str | None) -> None:
    unpacked(tmp_path / "software" / "good", "5.100.0")
    if has:
        unpacked(tmp_path / "named", has)

    with pytest.raises(ToolError, match="TFSTENCIL_PROVIDER_MIRROR names"):
        find(tmp_path, TFSTENCIL_PROVIDER_MIRROR=str(tmp_path / "named"))


def test_a_configuration_that_settles_installation_is_left_alone(tmp_path: Path) -> None:
    unpacked(tmp_path / "software" / "m", "5.100.0")
    config = tmp_path / "own.tfrc"
    config.write_text('provider_installation {\n  network_mirror {\n    url = "https://mirror.example/"\n  }\n}\n')

    source = find(tmp_path, TF_CLI_CONFIG_FILE=str(config))
    variables = tools_with(source, tmp_path).variables(tmp_path / "run", throwaway_lock=True)

    assert source.kind == "user"
    assert variables == {"TF_CLI_CONFIG_FILE": str(config)}


def test_a_variable_that_names_no_file_counts_as_unset(tmp_path: Path) -> None:
    mirror = unpacked(tmp_path / "software" / "m", "5.100.0")

    assert find(tmp_path, TF_CLI_CONFIG_FILE="/nowhere/terraformrc").folder == mirror
    assert dangling_config({"TF_CLI_CONFIG_FILE": "/nowhere/terraformrc"}) == "/nowhere/terraformrc"
    assert dangling_config({}) is None


OVERRIDES = 'provider_installation {\n  dev_overrides {\n    "hashicorp/aws" = "/tmp/mine"\n  }\n  direct {}\n}\n'


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("own.tfrc", OVERRIDES, id="the file that the variable names"),
        pytest.param(".terraformrc", OVERRIDES, id="the file of the home folder"),
        pytest.param(".terraform.d/mine.tfrc", OVERRIDES, id="a file that Terraform reads beside it"),
        pytest.param(
            ".terraform.d/mine.tfrc.json",
            '{"provider_installation": {"dev_overrides": {"hashicorp/aws": "/tmp/mine"}}}',
            id="the same as JSON",
        ),
        pytest.param(".terraformrc", OVERRIDES.replace("dev_overrides {", "dev_overrides = {"), id="as an argument"),
    ],
)
def test_a_provider_that_no_lock_file_knows_is_refused_wherever_it_is_named(
    tmp_path: Path, file: str, text: str
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text)
    environ = {"HOME": str(tmp_path)} | ({"TF_CLI_CONFIG_FILE": str(tmp_path / file)} if file == "own.tfrc" else {})

    with pytest.raises(ToolError, match=r"dev_overrides in .* no lock file has checked") as caught:
        refuse_overrides(environ)
    assert str(tmp_path / file) in str(caught.value)
    refuse_overrides(environ | {"TFSTENCIL_DEV_OVERRIDES": "1"})


def test_overrides_in_a_comment_or_in_a_file_that_terraform_does_not_read_are_none(tmp_path: Path) -> None:
    (tmp_path / ".terraform.d").mkdir()
    (tmp_path / ".terraform.d" / "mine.tfrc").write_text(OVERRIDES)
    named = tmp_path / "named.tfrc"
    named.write_text("# dev_overrides {}\n")

    refuse_overrides({"HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": str(named)})


@pytest.mark.thorough
def test_no_run_begins_with_overrides_and_doctor_names_them(
    tmp_path: Path, call: Callable[..., CompletedProcess[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "named.tfrc"
    named.write_text(OVERRIDES)
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(named))

    with pytest.raises(ToolError, match="dev_overrides"):
        find_tools()
    doctor = call("doctor")
    assert doctor.returncode == 1
    assert "dev_overrides" in doctor.stdout


@pytest.mark.parametrize(
    ("text", "governs"),
    [
        ("provider_installation {\n}\n", True),
        ('plugin_cache_dir = "/x"\n', True),
        ('{"provider_installation": []}', True),
        ('"plugin_cache_dir" = "/x"', True),
        ("# provider_installation {}\n", False),
        ("/*\nprovider_installation {\n}\n*/\n", False),
        ('credentials "app.example" {\n  token = "x # provider_installation"\n}\n', False),
        ('host "x" {}  // note\nplugin_cache_dir = "/x"\n', True),
        ("", False),
    ],
)
def test_only_settings_outside_comments_and_strings_govern_providers(text: str, governs: bool) -> None:  # noqa: FBT001  # a column of the table
    assert governs_providers(text) is governs


def test_the_users_other_settings_stay_in_front_of_ours(tmp_path: Path) -> None:
    unpacked(tmp_path / "software" / "m", "5.100.0")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".terraformrc").write_text('credentials "app.example" {\n  token = "t"\n}\n')

    variables = tools_with(find(tmp_path), tmp_path).variables(tmp_path / "run", throwaway_lock=True)

    written = Path(variables["TF_CLI_CONFIG_FILE"])
    text = written.read_text()
    assert text.index('token = "t"') < text.index("provider_installation")
    assert f'include = ["{AWS}"]' in text
    assert f'exclude = ["{AWS}"]' in text
    assert written.stat().st_mode & 0o777 == 0o600


def test_only_what_the_mirror_has_is_kept_from_the_registry(tmp_path: Path) -> None:
    mirror = unpacked(tmp_path / "software" / "m", "5.100.0")
    unpacked(mirror, "3.6.0", address="registry.terraform.io/hashicorp/random")

    assert find(tmp_path).providers == (AWS, "registry.terraform.io/hashicorp/random")


def test_terraform_is_told_nothing_of_a_mirror_that_it_finds_itself(tmp_path: Path) -> None:
    unpacked(tmp_path / "home" / ".terraform.d" / "plugins", "5.100.0")

    assert tools_with(find(tmp_path), tmp_path).variables(tmp_path / "run", throwaway_lock=True) == {}


@pytest.mark.parametrize("throwaway", [True, False])
def test_the_cache_may_fill_only_a_throwaway_lock_file(tmp_path: Path, throwaway: bool) -> None:  # noqa: FBT001  # parametrised
    variables = tools_with(find(tmp_path), tmp_path).variables(tmp_path / "run", throwaway_lock=throwaway)

    assert variables["TF_PLUGIN_CACHE_DIR"] == str(tmp_path / "cache")
    assert ("TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE" in variables) is throwaway


def test_an_init_that_cannot_reach_the_registry_says_how_to_get_the_provider(tmp_path: Path) -> None:
    failed = TerraformError("x", command=["terraform", "init"], folder=tmp_path, code=1, stderr="no such host")

    error = tools_with(find(tmp_path), tmp_path).explain(failed)

    assert isinstance(error, ToolError)
    assert "TFSTENCIL_PROVIDER_MIRROR" in error.hint


def test_an_init_that_fails_otherwise_stays_what_it_is(tmp_path: Path) -> None:
    failed = TerraformError("x", command=["terraform", "init"], folder=tmp_path, code=1, stderr="Unsupported argument")

    assert tools_with(find(tmp_path), tmp_path).explain(failed) is failed


LOCK = f"""# This file is maintained automatically by "terraform init".
provider "{AWS}" {{
  version     = "%s"
  constraints = "~> 5.100"
  hashes = [
    "h1:abc=",
  ]
}}

provider "registry.terraform.io/hashicorp/random" {{
  version = "3.6.0"
  hashes = [
    "zh:def",
  ]
}}
"""


@pytest.mark.parametrize(
    ("locked", "kept"),
    [
        ("5.100.0", {AWS: "5.100.0", "registry.terraform.io/hashicorp/random": "3.6.0"}),
        ("5.101.0", {"registry.terraform.io/hashicorp/random": "3.6.0"}),
    ],
    ids=["a version that the mirror has", "a version that it does not have"],
)
def test_a_scratch_lock_keeps_versions_but_no_checksums(tmp_path: Path, locked: str, kept: Mapping[str, str]) -> None:
    unpacked(tmp_path / "software" / "m", "5.100.0")
    lock = tmp_path / ".terraform.lock.hcl"
    lock.write_text(LOCK % locked)

    text = scratch_lock(lock, find(tmp_path), TERRAFORM)

    assert text == "\n".join(f'provider "{name}" {{\n  version = "{version}"\n}}\n' for name, version in kept.items())


def test_a_lock_for_the_registry_is_kept_to_the_letter(tmp_path: Path) -> None:
    lock = tmp_path / ".terraform.lock.hcl"
    lock.write_text(LOCK % "5.100.0")

    assert scratch_lock(lock, find(tmp_path), TERRAFORM) == LOCK % "5.100.0"


def test_without_a_lock_there_is_none_in_the_scratch_copy(tmp_path: Path) -> None:
    assert scratch_lock(tmp_path / "none", find(tmp_path), TERRAFORM) == ""


def tools_with(source: ProviderSource, tmp_path: Path) -> Tools:
    return Tools(TERRAFORM, source, tmp_path / "cache")
