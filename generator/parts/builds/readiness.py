"""Whether what the builds read is there: secrets, parameters, and the images that they run in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.model.builds.images import image_of, is_own, known_image
from generator.readback.need import Need, looked_up
from generator.readback.secrets import parameter, secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.builds.section.build import Build
    from generator.readback.clients import Clients
    from generator.readback.expectation import Expectation

_ECR: Final = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<name>[^:@]+)"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>.+))?"
)
_FIRST_BUILD: Final = "the first build shows it"


def needs(expected: Expectation) -> Iterator[Need]:
    """Look for all that the builds read; what several of them read, once."""
    yield from dict.fromkeys(need for key, build in expected.spec.builds.items() for need in _of(expected, key, build))


def _of(expected: Expectation, key: str, build: Build) -> Iterator[Need]:
    clients, at = expected.clients, f"builds.{key}"
    for name, reference in build.secrets.items():
        if reference.parameter:
            yield parameter(clients, reference.parameter, f"{at}.secrets.{name}")
        elif reference.secrets_manager:
            yield secret(clients, reference.secrets_manager, f"{at}.secrets.{name}")
    if build.registry_credential:
        yield secret(clients, build.registry_credential, f"{at}.registry_credential")
    image = image_of(build)
    if image:
        yield _image(clients, image, f"{at}.image")


def _image(clients: Clients, image: str, at: str) -> Need:
    subject, found = f"Image {image}", _ECR.fullmatch(image)
    if is_own(image):
        if known_image(image):
            return Need(subject, "ready", "is AWS's own", spec_key=at)
        return Need(subject, "unknown", "is none of AWS's own that is known here", _FIRST_BUILD, at)
    if found is None:
        return Need(subject, "unknown", "lies in a registry that is not ECR", _FIRST_BUILD, at)
    there = clients.elsewhere(found["region"])
    wanted = {"imageDigest": found["digest"]} if found["digest"] else {"imageTag": found["tag"] or "latest"}
    return looked_up(
        subject,
        at,
        lambda: there.ask(
            "ecr",
            "describe_images",
            registryId=found["account"],
            repositoryName=found["name"],
            imageIds=[wanted],
        ),
        lambda _: "",
        "push it",
    )
