"""The sandbox under the real terraform and the real AWS provider: apply, replan, update in place, destroy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from generator.errors import TerraformError
from generator.readback.left_over import left_over

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.sandbox.control import SandboxInfo
    from generator.terraform.stack import TerraformStack

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

# Every argument of a CodeBuild project that the modules use, and what surrounds it.
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
  tags    = { Owner = "team", Environment = "dev" }
  before  = @BEFORE@
  timeout = local.before ? 15 : 30
  level   = local.before ? "info" : "debug"
  image   = local.before ? "aws/codebuild/standard:7.0" : "aws/codebuild/amazonlinux-x86_64-standard:5.0"
}

resource "aws_kms_key" "this" {
  description             = "k"
  enable_key_rotation     = true
  rotation_period_in_days = 365
  deletion_window_in_days = 7
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::@ACCOUNT@:root" }, Action = "kms:*", Resource = "*" },
      {
        Effect    = "Allow"
        Principal = { Service = "logs.us-east-1.amazonaws.com" }
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
        Condition = {
          ArnEquals = {
            "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:us-east-1:@ACCOUNT@:log-group:/aws/codebuild/stack-dev"
          }
        }
      },
    ]
  })
  tags = local.tags
}

resource "aws_kms_alias" "this" {
  name          = "alias/stack-dev"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_s3_bucket" "this" {
  bucket        = "artifacts-@ACCOUNT@"
  force_destroy = true
  tags          = local.tags
}

resource "aws_s3_bucket" "logs" {
  bucket = "access-logs-@ACCOUNT@"
  # S3 (and the sandbox) writes logs here, also while the stack is being destroyed.
  force_destroy = true
}

resource "aws_s3_bucket_logging" "this" {
  bucket        = aws_s3_bucket.this.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "s3/"
  depends_on    = [aws_s3_bucket_policy.logs]
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
      Condition = { StringEquals = { "aws:SourceAccount" = "@ACCOUNT@" } }
    }]
  })
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id
  rule { object_ownership = "BucketOwnerEnforced" }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_object" "one" {
  bucket     = aws_s3_bucket.this.id
  key        = "source.zip"
  content    = "zip"
  depends_on = [aws_s3_bucket_policy.this, aws_s3_bucket_server_side_encryption_configuration.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/codebuild/stack-dev"
  retention_in_days = local.before ? 7 : 14
  kms_key_id        = local.before ? aws_kms_key.this.arn : null
  tags              = local.tags
}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}

resource "aws_iam_role" "this" {
  name                 = "stack-dev-builds"
  permissions_boundary = aws_iam_policy.boundary.arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "codebuild.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = "@ACCOUNT@" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:codebuild:us-east-1:@ACCOUNT@:project/stack-dev-*" }
      }
    }]
  })
  tags = local.tags
}

resource "aws_iam_role_policy" "this" {
  name = "builds"
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "${aws_s3_bucket.this.arn}/*" }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"
}

resource "aws_codebuild_project" "github" {
  name                   = "stack-dev-main"
  description            = "d"
  service_role           = aws_iam_role.this.arn
  build_timeout          = local.timeout
  queued_timeout         = 60
  concurrent_build_limit = local.before ? 2 : null
  badge_enabled          = local.before
  source_version         = "main"
  encryption_key         = aws_kms_key.this.arn
  source {
    type            = "GITHUB"
    location        = "https://github.com/acme/service.git"
    git_clone_depth = 1
    buildspec       = "buildspec.yml"
    git_submodules_config { fetch_submodules = true }
    report_build_status = true
  }
  secondary_sources {
    type              = "S3"
    location          = "${aws_s3_bucket.this.bucket}/source.zip"
    source_identifier = "extra"
  }
  environment {
    type                        = "LINUX_CONTAINER"
    compute_type                = "BUILD_GENERAL1_SMALL"
    image                       = local.image
    image_pull_credentials_type = "CODEBUILD"
    environment_variable {
      name  = "LEVEL"
      value = local.level
    }
    environment_variable {
      name  = "TOKEN"
      value = "/a/token"
      type  = "PARAMETER_STORE"
    }
    environment_variable {
      name  = "WORD"
      value = "s:k"
      type  = "SECRETS_MANAGER"
    }
  }
  artifacts {
    type           = "S3"
    location       = aws_s3_bucket.this.bucket
    path           = "main"
    namespace_type = "BUILD_ID"
    name           = "artifact.zip"
    packaging      = "ZIP"
  }
  secondary_artifacts {
    type                = "S3"
    location            = aws_s3_bucket.this.bucket
    artifact_identifier = "more"
    name                = "more"
  }
  cache {
    type  = "LOCAL"
    modes = ["LOCAL_CUSTOM_CACHE", "LOCAL_SOURCE_CACHE"]
  }
  build_batch_config {
    service_role      = aws_iam_role.this.arn
    timeout_in_mins   = 60
    combine_artifacts = true
    restrictions {
      compute_types_allowed  = ["BUILD_GENERAL1_SMALL"]
      maximum_builds_allowed = 10
    }
  }
  logs_config {
    cloudwatch_logs {
      group_name  = aws_cloudwatch_log_group.this.name
      stream_name = "main"
    }
    s3_logs { status = "DISABLED" }
  }
  tags = local.tags
}

resource "aws_codebuild_project" "bare" {
  name         = "stack-dev-bare"
  service_role = aws_iam_role.this.arn
  source {
    type      = "NO_SOURCE"
    buildspec = "version: 0.2"
  }
  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
  }
  artifacts { type = "NO_ARTIFACTS" }
}

resource "aws_codebuild_project" "s3" {
  name         = "stack-dev-s3"
  service_role = aws_iam_role.this.arn
  source {
    type     = "S3"
    location = "${aws_s3_bucket.this.bucket}/source.zip"
  }
  environment {
    type         = "ARM_CONTAINER"
    compute_type = "BUILD_GENERAL1_LARGE"
    image        = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
  }
  artifacts {
    type     = "S3"
    location = aws_s3_bucket.this.bucket
  }
  cache {
    type     = "S3"
    location = "${aws_s3_bucket.this.bucket}/cache"
  }
  logs_config {
    s3_logs {
      status   = "ENABLED"
      location = "${aws_s3_bucket.this.bucket}/logs"
    }
  }
}

resource "aws_codebuild_project" "lambda" {
  name         = "stack-dev-lambda"
  service_role = aws_iam_role.this.arn
  source {
    type      = "NO_SOURCE"
    buildspec = "version: 0.2"
  }
  environment {
    type         = "LINUX_LAMBDA_CONTAINER"
    compute_type = "BUILD_LAMBDA_2GB"
    image        = "aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs18"
  }
  artifacts { type = "NO_ARTIFACTS" }
}

resource "aws_codebuild_source_credential" "this" {
  auth_type   = "PERSONAL_ACCESS_TOKEN"
  server_type = "GITHUB"
  token       = "x"
}

resource "aws_codebuild_webhook" "this" {
  project_name = aws_codebuild_project.github.name
  build_type   = "BUILD"
  filter_group {
    filter {
      type    = "EVENT"
      pattern = "PUSH"
    }
    filter {
      type    = "HEAD_REF"
      pattern = "^refs/heads/${local.before ? "main" : "next"}$"
    }
  }
  depends_on = [aws_codebuild_source_credential.this]
}

resource "aws_codebuild_report_group" "this" {
  name = "stack-dev-tests"
  type = "TEST"
  export_config { type = "NO_EXPORT" }
}
"""

LONELY_WEBHOOK: Final = """
provider "aws" {
  region = "us-east-1"
}

resource "aws_iam_role" "this" {
  name = "lonely"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "codebuild.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_codebuild_project" "this" {
  name         = "lonely"
  service_role = aws_iam_role.this.arn

  source {
    type     = "GITHUB"
    location = "https://github.com/acme/service.git"
  }

  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
  }

  artifacts {
    type = "NO_ARTIFACTS"
  }
}

resource "aws_codebuild_webhook" "this" {
  project_name = aws_codebuild_project.this.name
}
"""


def test_the_core_of_a_stack_lives_from_apply_to_destroy(prove: Callable[..., None]) -> None:
    prove(STACK, {"aws_codebuild_project.github", "aws_codebuild_webhook.this", "aws_cloudwatch_log_group.this"})


def test_a_webhook_without_a_credential_fails_as_in_aws(
    sandbox: SandboxInfo, account: str, stack_of: Callable[..., TerraformStack]
) -> None:
    stack = stack_of(LONELY_WEBHOOK)
    with pytest.raises(TerraformError, match="Could not find access token for server type github"):
        stack.apply(stack.plan())
    stack.destroy()
    assert left_over(sandbox.endpoint, account, "us-east-1") == []
