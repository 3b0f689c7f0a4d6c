"""Calls about the tags of resources, which services of our own answer alike."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from generator.sandbox.service import sent

if TYPE_CHECKING:
    from collections.abc import Collection

    from moto.utilities.tagging_service import TaggingService


class TagCalls(BaseResponse):
    """Base of services whose resources have tags.

    Attributes:
        ARN_KEY: what the service calls the ARN of a resource in these calls.
    """

    ARN_KEY: str

    @abstractmethod
    def tagged(self) -> tuple[TaggingService, Collection[str]]:
        """Return the tags of the caller's account and region, and the ARNs of all resources that can have some."""

    def list_tags_for_resource(self) -> ActionResult:
        """Answer ListTagsForResource."""
        tags, arn = self._tags_of(sent(self))
        return ActionResult(tags.list_tags_for_resource(arn))

    def tag_resource(self) -> EmptyResult:
        """Answer TagResource."""
        asked = sent(self)
        tags, arn = self._tags_of(asked)
        tags.tag_resource(arn, asked["Tags"])
        return EmptyResult()

    def untag_resource(self) -> EmptyResult:
        """Answer UntagResource."""
        asked = sent(self)
        tags, arn = self._tags_of(asked)
        tags.untag_resource_using_names(arn, asked["TagKeys"])
        return EmptyResult()

    def _tags_of(self, asked: dict[str, Any]) -> tuple[TaggingService, str]:
        arn = str(asked[self.ARN_KEY])
        tags, known = self.tagged()
        if arn not in known:
            raise JsonRESTError("ResourceNotFoundException", f"Resource not found: {arn}")
        return tags, arn
