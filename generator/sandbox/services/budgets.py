"""Budgets: changes, subscribers and tags, which moto lacks.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Budgets.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.budgets import urls
from moto.budgets.exceptions import DuplicateRecordException, NotFoundException
from moto.budgets.models import Budget, Notification
from moto.budgets.responses import BudgetsResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult

from generator.sandbox.service import sent

_MOST: Final = {"EMAIL": 10, "SNS": 1}
# What AWS fills in, and clients may leave out when they name a notification.
_DEFAULTS: Final = {"ThresholdType": "PERCENTAGE"}


class Responses(BudgetsResponse):
    """Every Budgets call; state stays in moto's objects."""

    def create_budget(self) -> str:
        """Answer CreateBudget."""
        asked = sent(self)
        for entry in asked.get("NotificationsWithSubscribers", []):
            _check(entry["Subscribers"])
        answer = super().create_budget()
        budget = self._budget(asked["Budget"]["BudgetName"])
        for notification in budget.notifications:
            notification.details = _DEFAULTS | notification.details
        _settle(budget)
        budget.__dict__["sandbox_tags"] = _tags(asked.get("ResourceTags", []))
        return answer

    def update_budget(self) -> EmptyResult:
        """Answer UpdateBudget: the new budget replaces the old one; its notifications stay."""
        new = sent(self)["NewBudget"]
        budget = self._budget(new["BudgetName"])
        # moto refuses a budget without a limit, as AWS does, and fills in the rest.
        budget.budget = Budget(new, []).budget
        _settle(budget)
        return EmptyResult()

    def create_notification(self) -> str:
        """Answer CreateNotification."""
        asked = sent(self)
        _check(asked["Subscribers"])
        budget = self._budget(asked["BudgetName"], "create notification")
        if any(one.details == _DEFAULTS | asked["Notification"] for one in budget.notifications):
            raise DuplicateRecordException("notification", str(asked["Notification"]))
        budget.add_notification(_DEFAULTS | asked["Notification"], asked["Subscribers"])
        return "{}"

    def update_notification(self) -> EmptyResult:
        """Answer UpdateNotification."""
        asked = sent(self)
        self._notification(asked, "OldNotification").details = _DEFAULTS | asked["NewNotification"]
        return EmptyResult()

    def delete_notification(self) -> str:
        """Answer DeleteNotification."""
        asked = sent(self)
        budget = self._budget(asked["BudgetName"], "delete notification")
        found = self._notification(asked)
        budget.notifications = [one for one in budget.notifications if one is not found]
        return "{}"

    def describe_notifications_for_budget(self) -> str:
        """Answer DescribeNotificationsForBudget."""
        self._budget(sent(self)["BudgetName"])
        return super().describe_notifications_for_budget()

    def describe_subscribers_for_notification(self) -> ActionResult:
        """Answer DescribeSubscribersForNotification."""
        return ActionResult({"Subscribers": self._notification(sent(self)).subscribers})

    def create_subscriber(self) -> EmptyResult:
        """Answer CreateSubscriber."""
        asked = sent(self)
        held = _subscribers(self._notification(asked))
        if asked["Subscriber"] in held:
            raise DuplicateRecordException("subscriber", asked["Subscriber"]["Address"])
        _check([*held, asked["Subscriber"]])
        held.append(asked["Subscriber"])
        return EmptyResult()

    def update_subscriber(self) -> EmptyResult:
        """Answer UpdateSubscriber."""
        asked = sent(self)
        held = self._subscribers(asked, "OldSubscriber")
        held[held.index(asked["OldSubscriber"])] = asked["NewSubscriber"]
        return EmptyResult()

    def delete_subscriber(self) -> EmptyResult:
        """Answer DeleteSubscriber; with the last one its notification goes."""
        asked = sent(self)
        held = self._subscribers(asked, "Subscriber")
        held.remove(asked["Subscriber"])
        if not held:
            self.delete_notification()
        return EmptyResult()

    def list_tags_for_resource(self) -> ActionResult:
        """Answer ListTagsForResource."""
        tags = self._tags_of(sent(self))
        return ActionResult({"ResourceTags": [{"Key": key, "Value": value} for key, value in tags.items()]})

    def tag_resource(self) -> EmptyResult:
        """Answer TagResource."""
        asked = sent(self)
        self._tags_of(asked).update(_tags(asked["ResourceTags"]))
        return EmptyResult()

    def untag_resource(self) -> EmptyResult:
        """Answer UntagResource."""
        asked = sent(self)
        for key in asked["ResourceTagKeys"]:
            self._tags_of(asked).pop(key, None)
        return EmptyResult()

    def _budget(self, name: str, purpose: str = "") -> Budget:
        found = self.backend.budgets[self.current_account].get(name)
        if found is None:
            raise NotFoundException(f"Unable to {purpose or f'get budget: {name}'} - the budget doesn't exist.")
        return found

    def _notification(self, asked: dict[str, Any], key: str = "Notification") -> Notification:
        wanted = _DEFAULTS | asked[key]
        for notification in self._budget(asked["BudgetName"]).notifications:
            if {name: notification.details.get(name) for name in wanted} == wanted:
                return notification
        raise NotFoundException("Unable to get the notification - the notification doesn't exist.")

    def _subscribers(self, asked: dict[str, Any], key: str) -> list[dict[str, str]]:
        held = _subscribers(self._notification(asked))
        if asked[key] not in held:
            raise NotFoundException("Unable to get the subscriber - the subscriber doesn't exist.")
        return held

    def _tags_of(self, asked: dict[str, Any]) -> dict[str, str]:
        budget = self._budget(asked["ResourceARN"].rpartition(":budget/")[2])
        tags: dict[str, str] = budget.__dict__.setdefault("sandbox_tags", {})
        return tags


def install() -> None:
    """Answer these calls from here on."""
    urls.url_paths.update(dict.fromkeys(urls.url_paths, Responses.dispatch))


def _settle(budget: Budget) -> None:
    limit = budget.budget.get("BudgetLimit")
    if limit:
        # AWS answers amounts as decimals, whatever was sent.
        limit["Amount"] = str(float(limit["Amount"]))


def _subscribers(notification: Notification) -> list[dict[str, str]]:
    return notification.subscribers  # type: ignore[return-value]  # moto says a dict, and keeps the list of the request


def _check(subscribers: list[dict[str, str]]) -> None:
    for kind, most in _MOST.items():
        if sum(one["SubscriptionType"] == kind for one in subscribers) > most:
            raise JsonRESTError(
                "CreationLimitExceededException", f"A notification can have {most} {kind} subscribers at most"
            )


def _tags(listed: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in listed}
