"""Which variables seem to hold a secret, by name or by value, and which do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.redaction import MASK, Redactor
from generator.secret_text.values import hidden, looks_secret, secret_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from subprocess import CompletedProcess

    from generator.workspace import Workspace

SECRET = (
    "PGPASSWORD DBPASS SECRETKEY DB_PASS MYSQL_PWD PGPASS APIKEY API_KEY ACCESSTOKEN GH_PAT GITHUB_PAT SIGNINGKEY SIGNING_KEY "
    "AWS_SECRET_ACCESS_KEY NPM_TOKEN NPMTOKEN npmToken dbPassword db_password DATABASE_PASSWORD SMTP_PASS SMTPPASS ROOT_PASSWD "
    "PASSPHRASE GPG_PASSPHRASE GPGPASSPHRASE SONAR_TOKEN SONARTOKEN CLIENT_SECRET CLIENTSECRET clientSecret JWT_SECRET JWTSECRET "
    "SESSION_SECRET COOKIESECRET PRIVATE_KEY PRIVATEKEY privateKey SSH_KEY SSHKEY DEPLOY_KEY ENCRYPTION_KEY ENCRYPTIONKEY "
    "MASTER_KEY RAILS_MASTER_KEY SECRET_KEY_BASE DJANGO_SECRET_KEY CREDENTIALS AZURE_CREDENTIALS DB_CREDS NPM_AUTH BASIC_AUTH "
    "VAULT_TOKEN VAULTTOKEN DOCKER_PASSWORD DOCKERPASSWORD PASSWORD2 PASSWORD Password password token TOKEN1 API_KEYS MY_SECRETS "
    "KEYSTORE_PASSWORD KEYSTOREPASS STOREPASS KEYPASS HMAC_KEY JWT_KEY LICENSE_KEY ACCESS_KEY DD_API_KEY STRIPE_APIKEY "
    "TWINE_PASSWORD PAT ADMINPWD REDISCLI_AUTH AUTH_TOKENS DB_PW PW dbPw BEARER API_BEARER JWT SESSION_JWT OTP_SEED TOTP OTP "
    "ADMIN_PASSCODE WALLET_MNEMONIC WIFI_PSK TLS_KEY "
)
HARMLESS = (
    "PASSTHROUGH KEYBOARD COMPASS TOKENIZER MONKEY_KEYS PUBLIC_KEY KEY_ID AWS_ACCESS_KEY_ID SECRET_NAME SECRET_ARN TOKEN_URL "
    "TOKENIZERS_PARALLELISM AUTHOR AUTHORITY AUTH_MODE AUTH_DOMAIN PWD OLDPWD PATH PATTERN COMPAT SECRETARY MAX_TOKENS BYPASS "
    "TRESPASS FIRST_PASS PASS_RATE KEY KEYS CACHE_KEY PRIMARY_KEY SORT_KEY PARTITION_KEY S3_KEY KEYWORDS TOKEN_TTL PASSWORD_LENGTH "
    "PASSWORD_FILE CREDENTIALS_PATH NODE_ENV DATABASE_URL STAGE REGION BUCKET TURKEY DONKEY SURPASS SPATIAL PATIENT PATCH PASSENGER "
    "COMPASSION KEYSTORE_PATH ACCESS_KEY_ID SECRET_ID OAUTH_SCOPES CERT_FILE BUILD_NUMBER TOKENIZER_PATH MONKEY HOTKEY "
    "SSH_KEY_PATH AUTH_PROVIDER AUTHENTICATED JWT_ISSUER JWT_TTL OTP_LENGTH SEED RANDOM_SEED PIN NODE_PIN SPIN BEARER_URL PWA "
)


@pytest.mark.parametrize("name", SECRET.split())
def test_a_name_that_says_secret_is_noticed(name: str) -> None:
    assert looks_secret(name, "hunter22") == "the name says that it is a secret"


@pytest.mark.parametrize("name", HARMLESS.split())
def test_a_name_that_only_sounds_so_is_not(name: str) -> None:
    assert looks_secret(name, "hunter22") == ""


def test_a_pin_is_a_secret_where_it_is_a_number_that_somebody_types() -> None:
    assert looks_secret("DOOR_PIN", "4711")
    assert looks_secret("PIN", "1.2.3") == looks_secret("SPIN", "4711") == ""


@pytest.mark.parametrize(
    "value", ["key.json", "", "true", "off", "arn:aws:ssm:eu-west-1:111122223333:parameter/x", "/run/secrets/token"]
)
def test_a_switch_an_arn_and_a_path_are_not_secrets_whatever_the_name(value: str) -> None:
    assert looks_secret("MY_TOKEN", value) == ""


@pytest.mark.parametrize(
    "value",
    [
        "postgres://user:hunter22@db/shop",
        "Server=tcp:db;User=shop;Password=hunter22;",
        "DefaultEndpointsProtocol=https;AccountKey=aGVsbG8=",
        "https://acme.blob.core.windows.net/x?sv=1&sig=abc",
    ],
)
def test_a_password_inside_a_value_is_noticed_whatever_the_name(value: str) -> None:
    assert looks_secret("WHERE", value)


@pytest.mark.parametrize("value", ["postgres://user:$PW@db/shop", "Password=$PW;", "postgres://db/shop", "Password="])
def test_a_reference_in_place_of_the_password_is_not(value: str) -> None:
    assert looks_secret("WHERE", value) == ""


# Put together here, so that no scanner takes this file for a leak.
TOKENS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "ghp_" + "a1" * 18,
    "glpat-" + "a1" * 10,
    "ATATT3" + "a1" * 30,
    "xoxb-" + "1" * 12,
    "https://hooks.slack.com/services/" + "T000/B000/XXXX",
    "//registry.npmjs.org/:_authToken=" + "a1" * 18,
    "pypi-" + "a1" * 30,
    "dckr_pat_" + "a1" * 12,
    "hvs." + "a1" * 14,
    "sk_live_" + "a1" * 10,
    "sk-proj-" + "a1" * 20,
    "hf_" + "a1" * 17,
    "AIza" + "a1" * 17 + "b",
    "SG." + "a1" * 11 + "." + "a1" * 21 + "b",
    "dop_v1_" + "a1" * 32,
    "eyJ" + "a1" * 10 + ".eyJ" + "a1" * 10 + ".sig",
    "-----BEGIN " + "PRIVATE KEY-----",
    "Authorization: Bearer " + "a1" * 10,
    "https://bot:hunter22@git.example.org/a",
]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_of_a_vendor_is_found_in_a_command_and_masked_in_what_is_printed(token: str) -> None:
    command = f"run --with '{token}' --verbose"
    assert secret_in(command)
    assert token.rsplit(maxsplit=1)[-1] not in Redactor({}).clean(command)
    assert MASK in Redactor({}).clean(command)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("DBPASS: hunter2", "DBPASS: •••••••"),
        ('{NPM_TOKEN: "a b", X: y}', "{NPM_TOKEN: •••••, X: y}"),
        ("variables: {DBPASS: {default: hunter2}, A: b}", "variables: {DBPASS: {default: •••••••}, A: b}"),
        ("DBPASS: {parameter: /shop/db}", "DBPASS: {parameter: /shop/db}"),
        ("MY_TOKEN: true", "MY_TOKEN: true"),
        ("timeout: 900h", "timeout: 900h"),
        ("x: " + TOKENS[2] + " # old", "x: " + "•" * len(TOKENS[2]) + " # old"),
    ],
)
def test_a_line_is_shown_without_its_secrets_and_with_its_columns(line: str, shown: str) -> None:
    assert hidden(line) == shown
    assert len(hidden(line)) == len(line)


@pytest.mark.thorough
@pytest.mark.parametrize("before", [0, 60, 75, 90, 100, 150, 190, 250])
def test_no_part_of_a_token_is_shown_wherever_a_long_line_is_cut(
    before: int, workspace_of: Callable[[Mapping[str, str]], Workspace], call: Callable[..., CompletedProcess[str]]
) -> None:
    token = TOKENS[2]
    line = (
        f"builds: {{main: {{runtime: {{nodejs: 22}}, emial: x, description: '{'d' * before} {token}', tiemout: 5m}}}}"
    )
    workspace = workspace_of({"dev": f"stack: shop\n{line}\n"})
    ended = call("-C", workspace.root, "validate")
    assert ended.returncode == 1
    assert not any(token[start : start + 8] in ended.stdout + ended.stderr for start in range(len(token) - 7))
