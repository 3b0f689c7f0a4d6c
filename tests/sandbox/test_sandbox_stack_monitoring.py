"""Topics, queues, events, alarms, logs, traces, budgets and schedules under the real terraform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

STACK: Final = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
}

provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["@ACCOUNT@"]
}

locals {
  before = @BEFORE@
  tags   = local.before ? { Owner = "team", Environment = "dev" } : { Owner = "others" }
}

resource "aws_kms_key" "this" {
  enable_key_rotation     = true
  rotation_period_in_days = local.before ? 90 : 180
  deletion_window_in_days = 7
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::@ACCOUNT@:root" }, Action = "kms:*", Resource = "*" },
      {
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com", "budgets.amazonaws.com", "sns.amazonaws.com"] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { Service = "logs.us-east-1.amazonaws.com" }
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
        Condition = {
          ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:us-east-1:@ACCOUNT@:log-group:/acme/*" }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/acme"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_iam_role" "this" {
  name = "acme"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = ["codebuild.amazonaws.com", "scheduler.amazonaws.com", "events.amazonaws.com"] }, Action = "sts:AssumeRole" }]
  })
}

# --- topics and queues

resource "aws_sns_topic" "this" {
  name              = "acme"
  display_name      = local.before ? "Acme" : "Acme builds"
  kms_master_key_id = aws_kms_key.this.arn
  delivery_policy = local.before ? jsonencode({
    http = {
      defaultHealthyRetryPolicy = {
        minDelayTarget     = 20, maxDelayTarget = 20, numRetries = 3, numMaxDelayRetries = 0
        numNoDelayRetries  = 0, numMinDelayRetries = 0, backoffFunction = "linear"
      }
      disableSubscriptionOverrides = false
    }
  }) : null
  tracing_config = local.before ? "Active" : "PassThrough"
  tags           = local.tags
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Publish"
      Effect    = "Allow"
      Principal = { Service = local.before ? ["cloudwatch.amazonaws.com", "events.amazonaws.com"] : ["events.amazonaws.com"] }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.this.arn
      Condition = { StringEquals = { "aws:SourceAccount" = "@ACCOUNT@" } }
    }]
  })
}

resource "aws_sns_topic" "plain" {
  name = "plain"
}

resource "aws_sqs_queue" "dead" {
  name                              = "dead"
  kms_master_key_id                 = aws_kms_key.this.arn
  kms_data_key_reuse_period_seconds = 300
  message_retention_seconds         = local.before ? 1209600 : 86400
  tags                              = local.tags
}

resource "aws_sqs_queue" "plain" {
  name                       = "plain"
  sqs_managed_sse_enabled    = true
  visibility_timeout_seconds = local.before ? 30 : 60
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 3 })
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.dead.arn
        Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.builds.arn } }
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.dead.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = "builds@acme.example"
}

resource "aws_sns_topic_subscription" "queue" {
  topic_arn            = aws_sns_topic.this.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.plain.arn
  raw_message_delivery = local.before
  filter_policy        = jsonencode({ status = local.before ? ["FAILED"] : ["FAILED", "STOPPED"] })
  filter_policy_scope  = "MessageBody"
  redrive_policy       = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn })
}

resource "aws_sns_topic_subscription" "hook" {
  topic_arn                       = aws_sns_topic.this.arn
  protocol                        = "https"
  endpoint                        = "https://hooks.acme.example/builds"
  confirmation_timeout_in_minutes = 1
  endpoint_auto_confirms          = false
}

# --- events

resource "aws_cloudwatch_event_rule" "builds" {
  name        = "builds"
  description = local.before ? "before" : "after"
  event_pattern = jsonencode({
    source        = ["aws.codebuild"]
    "detail-type" = ["CodeBuild Build State Change"]
    detail = {
      "build-status" = local.before ? ["FAILED"] : ["FAILED", "STOPPED"]
      "project-name" = [{ prefix = "acme-" }]
    }
  })
  state = local.before ? "ENABLED" : "DISABLED"
  tags  = local.tags
}

resource "aws_cloudwatch_event_target" "topic" {
  rule      = aws_cloudwatch_event_rule.builds.name
  target_id = "topic"
  arn       = aws_sns_topic.this.arn
  input_transformer {
    input_paths = {
      project = "$.detail.project-name"
      status  = "$.detail.build-status"
    }
    input_template = local.before ? "\\"<project>: <status>\\"" : "\\"<project> is <status>\\""
  }
  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
  retry_policy {
    maximum_event_age_in_seconds = local.before ? 3600 : 7200
    maximum_retry_attempts       = 10
  }
}

resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "nightly"
  schedule_expression = local.before ? "cron(0 3 * * ? *)" : "rate(1 day)"
}

resource "aws_cloudwatch_event_target" "build" {
  rule     = aws_cloudwatch_event_rule.nightly.name
  arn      = "arn:aws:codebuild:us-east-1:@ACCOUNT@:project/acme"
  role_arn = aws_iam_role.this.arn
  input    = jsonencode({ sourceVersion = "main" })
}

resource "aws_scheduler_schedule_group" "this" {
  name = "acme"
}

resource "aws_scheduler_schedule" "this" {
  name                         = "weekly"
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = local.before ? "before" : "after"
  schedule_expression          = local.before ? "cron(0 3 ? * MON *)" : "rate(7 days)"
  schedule_expression_timezone = "Europe/Vienna"
  state                        = local.before ? "ENABLED" : "DISABLED"
  kms_key_arn                  = aws_kms_key.this.arn
  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 15
  }
  target {
    arn      = "arn:aws:scheduler:::aws-sdk:codebuild:startBuild"
    role_arn = aws_iam_role.this.arn
    input    = jsonencode({ ProjectName = "acme" })
    dead_letter_config {
      arn = aws_sqs_queue.dead.arn
    }
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 3
    }
  }
}

# --- alarms

resource "aws_cloudwatch_metric_alarm" "failed" {
  alarm_name          = "failed"
  alarm_description   = local.before ? "before" : "after"
  namespace           = "AWS/CodeBuild"
  metric_name         = "FailedBuilds"
  dimensions          = { ProjectName = "acme" }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = local.before ? 1 : 2
  datapoints_to_alarm = 1
  threshold           = local.before ? 1 : 2.5
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = local.before ? [aws_sns_topic.this.arn] : []
  actions_enabled     = local.before
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "rate" {
  alarm_name          = "rate"
  evaluation_periods  = 3
  threshold           = 20
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "rate"
    label       = local.before ? "Failure rate" : "Failed builds in percent"
    expression  = "IF(builds > 0, 100 * failed / builds, 0)"
    return_data = true
  }
  metric_query {
    id = "failed"
    metric {
      namespace   = "AWS/CodeBuild"
      metric_name = "FailedBuilds"
      dimensions  = { ProjectName = "acme" }
      period      = 3600
      stat        = "Sum"
      unit        = "Count"
    }
  }
  metric_query {
    id = "builds"
    metric {
      namespace   = "AWS/CodeBuild"
      metric_name = "Builds"
      dimensions  = { ProjectName = "acme" }
      period      = local.before ? 3600 : 7200
      stat        = "Sum"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "slow" {
  alarm_name                            = "slow"
  namespace                             = "AWS/CodeBuild"
  metric_name                           = "Duration"
  dimensions                            = { ProjectName = "acme" }
  extended_statistic                    = local.before ? "p95" : "p99.9"
  evaluate_low_sample_count_percentiles = "ignore"
  period                                = 300
  evaluation_periods                    = 1
  threshold                             = 600
  unit                                  = "Seconds"
  comparison_operator                   = "GreaterThanThreshold"
}

resource "aws_cloudwatch_metric_alarm" "odd" {
  alarm_name          = "odd"
  evaluation_periods  = 2
  comparison_operator = "GreaterThanUpperThreshold"
  threshold_metric_id = "band"
  metric_query {
    id          = "band"
    expression  = local.before ? "ANOMALY_DETECTION_BAND(duration, 2)" : "ANOMALY_DETECTION_BAND(duration, 3)"
    label       = "Expected"
    return_data = true
  }
  metric_query {
    id          = "duration"
    return_data = true
    metric {
      namespace   = "AWS/CodeBuild"
      metric_name = "Duration"
      period      = 300
      stat        = "Average"
      dimensions  = { ProjectName = "acme" }
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "this" {
  alarm_name        = "builds"
  alarm_description = local.before ? "before" : "after"
  alarm_rule        = local.before ? "ALARM(\\"failed\\") OR ALARM(\\"rate\\")" : "ALARM(\\"failed\\") AND NOT ALARM(\\"rate\\")"
  alarm_actions     = [aws_sns_topic.this.arn]
  ok_actions        = local.before ? [aws_sns_topic.this.arn] : []
  actions_suppressor {
    alarm            = aws_cloudwatch_metric_alarm.slow.alarm_name
    extension_period = 10
    wait_period      = local.before ? 20 : 30
  }
  tags       = local.tags
  depends_on = [aws_cloudwatch_metric_alarm.failed, aws_cloudwatch_metric_alarm.rate]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = "acme"
  dashboard_body = jsonencode({
    widgets = [{
      type = "metric", x = 0, y = 0, width = local.before ? 12 : 24, height = 6
      properties = {
        metrics = [["AWS/CodeBuild", "FailedBuilds", "ProjectName", "acme"]]
        region  = "us-east-1", stat = "Sum", period = 300, title = "Failed"
      }
    }]
  })
}

# --- logs

resource "aws_cloudwatch_log_group" "this" {
  name              = "/acme/builds"
  retention_in_days = local.before ? 7 : 365
  kms_key_id        = local.before ? null : aws_kms_key.this.arn
  log_group_class   = "STANDARD"
  tags              = local.tags
}

resource "aws_cloudwatch_log_group" "bare" {
  name = "/acme/bare"
}

resource "aws_cloudwatch_log_data_protection_policy" "this" {
  log_group_name = aws_cloudwatch_log_group.this.name
  policy_document = jsonencode({
    Name    = "secrets"
    Version = "2021-06-01"
    Statement = [
      {
        Sid            = "Audit"
        DataIdentifier = local.before ? ["arn:aws:dataprotection::aws:data-identifier/AwsSecretKey"] : ["arn:aws:dataprotection::aws:data-identifier/AwsSecretKey", "arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
        Operation      = { Audit = { FindingsDestination = {} } }
      },
      {
        Sid            = "Redact"
        DataIdentifier = local.before ? ["arn:aws:dataprotection::aws:data-identifier/AwsSecretKey"] : ["arn:aws:dataprotection::aws:data-identifier/AwsSecretKey", "arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
        Operation      = { Deidentify = { MaskConfig = {} } }
      },
    ]
  })
}

resource "aws_cloudwatch_query_definition" "this" {
  name            = "acme/failed"
  log_group_names = [aws_cloudwatch_log_group.this.name]
  query_string    = local.before ? "fields @message | limit 20" : "fields @timestamp, @message | limit 50"
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  name           = "errors"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = local.before ? "ERROR" : "?ERROR ?FATAL"
  metric_transformation {
    name          = "Errors"
    namespace     = "Acme"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_log_resource_policy" "this" {
  policy_name = "events"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = local.before ? ["logs:PutLogEvents"] : ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = "arn:aws:logs:us-east-1:@ACCOUNT@:log-group:/acme/*:*"
    }]
  })
}

# --- traces

resource "aws_xray_group" "this" {
  group_name        = "acme"
  filter_expression = local.before ? "service(\\"acme\\")" : "service(\\"acme\\") AND fault"
  insights_configuration {
    insights_enabled      = local.before
    notifications_enabled = local.before
  }
  tags = local.tags
}

resource "aws_xray_sampling_rule" "this" {
  rule_name      = "acme"
  priority       = local.before ? 1000 : 2000
  version        = 1
  reservoir_size = 1
  fixed_rate     = local.before ? 0.05 : 0.1
  url_path       = "*"
  host           = "*"
  http_method    = "*"
  service_type   = "*"
  service_name   = "acme"
  resource_arn   = "*"
  attributes     = { stage = "dev" }
  tags           = local.tags
}

resource "aws_xray_encryption_config" "this" {
  type   = local.before ? "KMS" : "NONE"
  key_id = local.before ? aws_kms_key.this.arn : null
}

# --- budgets

resource "aws_budgets_budget" "this" {
  name              = "acme"
  budget_type       = "COST"
  limit_amount      = local.before ? "100" : "250.5"
  limit_unit        = "USD"
  time_unit         = "MONTHLY"
  time_period_start = "2026-01-01_00:00"
  cost_filter {
    name   = "TagKeyValue"
    values = ["user:Owner$team"]
  }
  cost_types {
    include_credit = false
    include_refund = local.before
  }
  notification {
    comparison_operator        = "GREATER_THAN"
    notification_type          = "ACTUAL"
    threshold                  = local.before ? 80 : 90
    threshold_type             = "PERCENTAGE"
    subscriber_email_addresses = ["costs@acme.example"]
    subscriber_sns_topic_arns  = [aws_sns_topic.plain.arn]
  }
  notification {
    comparison_operator        = "GREATER_THAN"
    notification_type          = "FORECASTED"
    threshold                  = 100
    threshold_type             = "PERCENTAGE"
    subscriber_email_addresses = local.before ? ["costs@acme.example"] : ["costs@acme.example", "team@acme.example"]
  }
  tags = local.tags
}
"""


def test_monitoring_lives_from_apply_to_destroy(prove: Callable[..., None]) -> None:
    prove(
        STACK,
        {
            "aws_budgets_budget.this",
            "aws_cloudwatch_composite_alarm.this",
            "aws_cloudwatch_dashboard.this",
            "aws_cloudwatch_event_rule.builds",
            "aws_cloudwatch_event_rule.nightly",
            "aws_cloudwatch_event_target.topic",
            "aws_cloudwatch_log_data_protection_policy.this",
            "aws_cloudwatch_log_group.this",
            "aws_cloudwatch_log_metric_filter.this",
            "aws_cloudwatch_log_resource_policy.this",
            "aws_cloudwatch_metric_alarm.failed",
            "aws_cloudwatch_metric_alarm.odd",
            "aws_cloudwatch_metric_alarm.rate",
            "aws_cloudwatch_metric_alarm.slow",
            "aws_cloudwatch_query_definition.this",
            "aws_kms_key.this",
            "aws_scheduler_schedule.this",
            "aws_sns_topic.this",
            "aws_sns_topic_policy.this",
            "aws_sns_topic_subscription.queue",
            "aws_sqs_queue.dead",
            "aws_sqs_queue.plain",
            "aws_xray_encryption_config.this",
            "aws_xray_group.this",
            "aws_xray_sampling_rule.this",
        },
    )
