"""Budgets as the sandbox answers them, asked through boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = {"Amount": "100", "Unit": "USD"}
BUDGET = {"BudgetName": "acme", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": LIMIT}
ACTUAL = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80}
MAIL = {"SubscriptionType": "EMAIL", "Address": "costs@acme.example"}
TOPIC = {"SubscriptionType": "SNS", "Address": "arn:aws:sns:us-east-1:111122223333:costs"}


@pytest.fixture
def budgets(aws: Callable[..., Any]) -> Any:
    return aws("budgets")


@pytest.fixture
def named(budgets: Any, account: str) -> dict[str, Any]:
    """Make a budget with one notification; return what names the notification."""
    notification = {"Notification": ACTUAL, "Subscribers": [dict(MAIL)]}
    budgets.create_budget(AccountId=account, Budget=BUDGET, NotificationsWithSubscribers=[notification])
    return {"AccountId": account, "BudgetName": "acme", "Notification": ACTUAL}


def subscribers(budgets: Any, named: dict[str, Any]) -> list[dict[str, str]]:
    return list(budgets.describe_subscribers_for_notification(**named)["Subscribers"])


def test_subscribers_come_and_go(budgets: Any, named: dict[str, Any]) -> None:
    assert subscribers(budgets, named) == [MAIL]
    budgets.create_subscriber(**named, Subscriber=TOPIC)
    with pytest.raises(budgets.exceptions.DuplicateRecordException):
        budgets.create_subscriber(**named, Subscriber=TOPIC)
    other = MAIL | {"Address": "team@acme.example"}
    budgets.update_subscriber(**named, OldSubscriber=MAIL, NewSubscriber=other)
    assert subscribers(budgets, named) == [other, TOPIC]
    budgets.delete_subscriber(**named, Subscriber=other)
    with pytest.raises(budgets.exceptions.NotFoundException):
        budgets.delete_subscriber(**named, Subscriber=other)
    assert subscribers(budgets, named) == [TOPIC]


def test_with_its_last_subscriber_a_notification_goes(budgets: Any, named: dict[str, Any], account: str) -> None:
    budgets.delete_subscriber(**named, Subscriber=MAIL)
    with pytest.raises(budgets.exceptions.NotFoundException):
        subscribers(budgets, named)
    assert budgets.describe_notifications_for_budget(AccountId=account, BudgetName="acme")["Notifications"] == []


def test_one_topic_and_ten_mails_at_most(budgets: Any, named: dict[str, Any]) -> None:
    budgets.create_subscriber(**named, Subscriber=TOPIC)
    with pytest.raises(budgets.exceptions.CreationLimitExceededException, match="1 SNS"):
        budgets.create_subscriber(**named, Subscriber=TOPIC | {"Address": f"{TOPIC['Address']}2"})
    for number in range(9):
        budgets.create_subscriber(**named, Subscriber=MAIL | {"Address": f"{number}@acme.example"})
    with pytest.raises(budgets.exceptions.CreationLimitExceededException, match="10 EMAIL"):
        budgets.create_subscriber(**named, Subscriber=MAIL | {"Address": "10@acme.example"})


def test_a_notification_is_found_with_and_without_what_aws_fills_in(budgets: Any, named: dict[str, Any]) -> None:
    told = budgets.describe_notifications_for_budget(AccountId=named["AccountId"], BudgetName="acme")
    assert told["Notifications"] == [ACTUAL | {"ThresholdType": "PERCENTAGE"}]
    full = named | {"Notification": ACTUAL | {"ThresholdType": "PERCENTAGE"}}
    assert subscribers(budgets, full) == subscribers(budgets, named)
    with pytest.raises(budgets.exceptions.DuplicateRecordException):
        budgets.create_notification(**full, Subscribers=[MAIL])


def test_a_notification_is_changed_and_deleted(budgets: Any, named: dict[str, Any], account: str) -> None:
    new = ACTUAL | {"Threshold": 90}
    budgets.update_notification(AccountId=account, BudgetName="acme", OldNotification=ACTUAL, NewNotification=new)
    with pytest.raises(budgets.exceptions.NotFoundException):
        subscribers(budgets, named)
    assert subscribers(budgets, named | {"Notification": new}) == [MAIL]
    budgets.delete_notification(**(named | {"Notification": new}))
    with pytest.raises(budgets.exceptions.NotFoundException):
        budgets.delete_notification(**(named | {"Notification": new}))


def test_a_budget_is_changed_and_keeps_its_notifications(budgets: Any, named: dict[str, Any], account: str) -> None:
    budgets.update_budget(AccountId=account, NewBudget=BUDGET | {"BudgetLimit": LIMIT | {"Amount": "250"}})
    limit = budgets.describe_budget(AccountId=account, BudgetName="acme")["Budget"]["BudgetLimit"]
    assert limit == {"Amount": "250.0", "Unit": "USD"}
    assert subscribers(budgets, named) == [MAIL]


def test_a_budget_without_a_limit_or_of_no_account_is_refused(budgets: Any, account: str) -> None:
    bare = {key: value for key, value in BUDGET.items() if key != "BudgetLimit"}
    with pytest.raises(budgets.exceptions.InvalidParameterException):
        budgets.create_budget(AccountId=account, Budget=bare)
    with pytest.raises(budgets.exceptions.NotFoundException):
        budgets.update_budget(AccountId=account, NewBudget=BUDGET)


def test_tags_are_added_and_taken_away(budgets: Any, account: str) -> None:
    budgets.create_budget(AccountId=account, Budget=BUDGET, ResourceTags=[{"Key": "a", "Value": "1"}])
    arn = f"arn:aws:budgets::{account}:budget/acme"
    budgets.tag_resource(ResourceARN=arn, ResourceTags=[{"Key": "b", "Value": "2"}])
    budgets.untag_resource(ResourceARN=arn, ResourceTagKeys=["a"])
    assert budgets.list_tags_for_resource(ResourceARN=arn)["ResourceTags"] == [{"Key": "b", "Value": "2"}]
    with pytest.raises(budgets.exceptions.NotFoundException):
        budgets.list_tags_for_resource(ResourceARN=f"{arn}2")


def test_a_notification_of_no_budget_is_refused_in_the_words_of_its_call(
    budgets: Any, named: dict[str, Any], account: str
) -> None:
    none = named | {"BudgetName": "none"}
    with pytest.raises(
        budgets.exceptions.NotFoundException, match="Unable to create notification - the budget doesn't"
    ):
        budgets.create_notification(**none, Subscribers=[MAIL])
    with pytest.raises(
        budgets.exceptions.NotFoundException, match="Unable to delete notification - the budget doesn't"
    ):
        budgets.delete_notification(**none)
    with pytest.raises(budgets.exceptions.NotFoundException, match="Unable to get budget: none - the budget doesn't"):
        budgets.describe_notifications_for_budget(AccountId=account, BudgetName="none")
