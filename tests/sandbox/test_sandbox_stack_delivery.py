"""Registry, pipeline, buckets, secrets and the state table under the real terraform."""

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

# --- registry

resource "aws_kms_key" "this" {
  description             = "k"
  deletion_window_in_days = 7
}

resource "aws_ecr_repository" "this" {
  name                 = "acme/service"
  image_tag_mutability = local.before ? "MUTABLE" : "IMMUTABLE"
  force_delete         = true
  image_scanning_configuration {
    scan_on_push = local.before
  }
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.this.arn
  }
  tags = local.tags
}

resource "aws_ecr_repository" "plain" {
  name = "plain"
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Expire what has no tag"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "Keep the last ones"
        selection    = { tagStatus = "tagged", tagPatternList = ["v*"], countType = "imageCountMoreThan", countNumber = 50 }
        action       = { type = "expire" }
      },
    ]
  })
}

resource "aws_ecr_repository_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Pull"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::@ACCOUNT@:root" }
      Action    = local.before ? ["ecr:BatchGetImage"] : ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}

resource "aws_ecr_registry_scanning_configuration" "this" {
  scan_type = local.before ? "ENHANCED" : "BASIC"
  rule {
    scan_frequency = local.before ? "CONTINUOUS_SCAN" : "SCAN_ON_PUSH"
    repository_filter {
      filter      = "acme/*"
      filter_type = "WILDCARD"
    }
  }
}

# --- pipeline

resource "aws_iam_role" "this" {
  name                 = "pipeline"
  permissions_boundary = local.before ? aws_iam_policy.boundary.arn : null
  max_session_duration = local.before ? 3600 : 7200
  description          = local.before ? "before" : "after"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = ["codepipeline.amazonaws.com", "codebuild.amazonaws.com"] }, Action = "sts:AssumeRole" }]
  })
  tags = local.tags
}

resource "aws_iam_policy" "boundary" {
  name        = "boundary"
  description = "b"
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = local.before ? ["s3:*"] : ["s3:Get*"], Resource = "*" }] })
  tags        = local.tags
}

resource "aws_iam_role_policy_attachment" "own" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.boundary.arn
}

resource "aws_codeconnections_connection" "this" {
  name          = "github"
  provider_type = "GitHub"
}

resource "aws_codepipeline" "this" {
  name           = "acme"
  role_arn       = aws_iam_role.this.arn
  pipeline_type  = "V2"
  execution_mode = local.before ? "QUEUED" : "SUPERSEDED"

  artifact_store {
    type     = "S3"
    location = aws_s3_bucket.this.bucket
    encryption_key {
      type = "KMS"
      id   = aws_kms_key.this.arn
    }
  }

  variable {
    name          = "target"
    default_value = local.before ? "dev" : "prod"
    description   = "Where to"
  }

  trigger {
    provider_type = "CodeStarSourceConnection"
    git_configuration {
      source_action_name = "Source"
      push {
        branches {
          includes = local.before ? ["main"] : ["main", "next"]
          excludes = ["wip-*"]
        }
        file_paths {
          includes = ["src/**"]
        }
      }
      pull_request {
        events = ["OPEN", "UPDATED"]
        branches {
          includes = ["main"]
        }
      }
    }
  }

  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeStarSourceConnection"
      version          = "1"
      output_artifacts = ["source"]
      namespace        = "source"
      configuration = {
        ConnectionArn        = aws_codeconnections_connection.this.arn
        FullRepositoryId     = "acme/service"
        BranchName           = "main"
        OutputArtifactFormat = "CODE_ZIP"
        DetectChanges        = "false"
      }
    }
  }

  stage {
    name = "Build"
    action {
      name               = "Build"
      category           = "Build"
      owner              = "AWS"
      provider           = "CodeBuild"
      version            = "1"
      input_artifacts    = ["source"]
      output_artifacts   = ["built"]
      run_order          = 1
      timeout_in_minutes = local.before ? 60 : 90
      configuration = {
        ProjectName          = "acme"
        EnvironmentVariables = jsonencode([{ name = "TARGET", value = "#{variables.target}", type = "PLAINTEXT" }])
      }
    }
    on_failure {
      result = "RETRY"
      retry_configuration {
        retry_mode = local.before ? "FAILED_ACTIONS" : "ALL_ACTIONS"
      }
    }
  }

  stage {
    name = "Approve"
    action {
      name     = "Approve"
      category = "Approval"
      owner    = "AWS"
      provider = "Manual"
      version  = "1"
      configuration = {
        NotificationArn = "arn:aws:sns:us-east-1:@ACCOUNT@:acme"
        CustomData      = "Deploy?"
      }
    }
  }

  stage {
    name = "Deploy"
    action {
      name            = "Deploy"
      category        = "Deploy"
      owner           = "AWS"
      provider        = "S3"
      version         = "1"
      input_artifacts = ["built"]
      role_arn        = aws_iam_role.this.arn
      configuration = {
        BucketName = aws_s3_bucket.this.bucket
        Extract    = "true"
      }
    }
    before_entry {
      condition {
        result = "FAIL"
        rule {
          name = "window"
          configuration = {
            AlarmName = "failed"
            WaitTime  = "5"
          }
          rule_type_id {
            category = "Rule"
            owner    = "AWS"
            provider = "CloudWatchAlarm"
            version  = "1"
          }
        }
      }
    }
  }

  tags = local.tags
}

# --- buckets

resource "aws_s3_bucket" "this" {
  bucket        = "pipeline-@ACCOUNT@"
  force_destroy = true
  tags          = local.tags
}

resource "aws_s3_bucket" "logs" {
  bucket        = "logs-@ACCOUNT@"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration { status = local.before ? "Enabled" : "Suspended" }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    bucket_key_enabled = local.before
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = local.before
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id
  rule { object_ownership = local.before ? "BucketOwnerEnforced" : "BucketOwnerPreferred" }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "ModernTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
        Condition = { NumericLessThan = { "s3:TlsVersion" = local.before ? "1.2" : "1.3" } }
      },
    ]
  })
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket                                 = aws_s3_bucket.this.id
  transition_default_minimum_object_size = local.before ? "varies_by_storage_class" : "all_storage_classes_128K"

  rule {
    id     = "archive"
    status = "Enabled"
    filter {
      and {
        prefix                   = "artifacts/"
        object_size_greater_than = 1024
        tags                     = { Keep = "no" }
      }
    }
    transition {
      days          = local.before ? 90 : 60
      storage_class = "GLACIER"
    }
    expiration {
      days = 365
    }
    noncurrent_version_transition {
      noncurrent_days = 30
      storage_class   = "GLACIER_IR"
    }
    noncurrent_version_expiration {
      noncurrent_days           = 90
      newer_noncurrent_versions = 3
    }
  }

  rule {
    id     = "tidy"
    status = "Enabled"
    filter {}
    expiration {
      expired_object_delete_marker = true
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_logging" "this" {
  bucket        = aws_s3_bucket.this.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = local.before ? "s3/" : "access/"
  target_object_key_format {
    partitioned_prefix {
      partition_date_source = "EventTime"
    }
  }
  depends_on = [aws_s3_bucket_policy.logs]
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.logs.arn}/*"
      Condition = {
        ArnLike      = { "aws:SourceArn" = aws_s3_bucket.this.arn }
        StringEquals = { "aws:SourceAccount" = "@ACCOUNT@" }
      }
    }]
  })
}

resource "aws_s3_bucket_notification" "this" {
  bucket      = aws_s3_bucket.this.id
  eventbridge = local.before
}

resource "aws_s3_bucket_metric" "this" {
  bucket = aws_s3_bucket.this.id
  name   = "artifacts"
  filter {
    prefix = local.before ? "artifacts/" : "builds/"
  }
}

resource "aws_s3_bucket_intelligent_tiering_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  name   = "cold"
  status = local.before ? "Enabled" : "Disabled"
  tiering {
    access_tier = "ARCHIVE_ACCESS"
    days        = 125
  }
}

resource "aws_s3_bucket_analytics_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  name   = "all"
}

resource "aws_s3_bucket_inventory" "this" {
  bucket                   = aws_s3_bucket.this.id
  name                     = "weekly"
  included_object_versions = local.before ? "All" : "Current"
  schedule { frequency = "Weekly" }
  destination {
    bucket {
      format     = "CSV"
      bucket_arn = aws_s3_bucket.logs.arn
    }
  }
}

resource "aws_s3_bucket_cors_configuration" "this" {
  bucket = aws_s3_bucket.logs.id
  cors_rule {
    allowed_methods = local.before ? ["GET"] : ["GET", "HEAD"]
    allowed_origins = ["https://acme.example"]
  }
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  bucket = aws_s3_bucket.locked.id
  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = local.before ? 1 : 2
    }
  }
}

resource "aws_s3_bucket" "locked" {
  bucket              = "locked-@ACCOUNT@"
  object_lock_enabled = true
}

resource "aws_s3_object" "one" {
  bucket     = aws_s3_bucket.this.id
  key        = "source.zip"
  content    = local.before ? "one" : "two"
  depends_on = [aws_s3_bucket_policy.this, aws_s3_bucket_server_side_encryption_configuration.this]
}

# --- secrets and parameters

resource "aws_ssm_parameter" "this" {
  name  = "/acme/token"
  type  = "SecureString"
  value = local.before ? "a" : "b"
  tags  = local.tags
}

resource "aws_secretsmanager_secret" "this" {
  name                    = "acme/token"
  description             = local.before ? "before" : "after"
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = 0
  tags                    = local.tags
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id     = aws_secretsmanager_secret.this.id
  secret_string = "x"
}

# --- the table that locks state, for those who still have one

resource "aws_dynamodb_table" "this" {
  name                        = "locks"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "LockID"
  deletion_protection_enabled = false
  attribute {
    name = "LockID"
    type = "S"
  }
  point_in_time_recovery { enabled = local.before }
  server_side_encryption { enabled = true }
  tags = local.tags
}
"""


def test_delivery_lives_from_apply_to_destroy(prove: Callable[..., None]) -> None:
    prove(
        STACK,
        {
            "aws_codepipeline.this",
            "aws_dynamodb_table.this",
            "aws_ecr_registry_scanning_configuration.this",
            "aws_ecr_repository.this",
            "aws_ecr_repository_policy.this",
            "aws_iam_policy.boundary",
            "aws_iam_role.this",
            "aws_s3_bucket.this",
            "aws_s3_bucket_cors_configuration.this",
            "aws_s3_bucket_intelligent_tiering_configuration.this",
            "aws_s3_bucket_inventory.this",
            "aws_s3_bucket_lifecycle_configuration.this",
            "aws_s3_bucket_logging.this",
            "aws_s3_bucket_metric.this",
            "aws_s3_bucket_notification.this",
            "aws_s3_bucket_object_lock_configuration.this",
            "aws_s3_bucket_ownership_controls.this",
            "aws_s3_bucket_policy.this",
            "aws_s3_bucket_public_access_block.this",
            "aws_s3_bucket_server_side_encryption_configuration.this",
            "aws_s3_bucket_versioning.this",
            "aws_s3_object.one",
            "aws_secretsmanager_secret.this",
            "aws_ssm_parameter.this",
        },
    )
