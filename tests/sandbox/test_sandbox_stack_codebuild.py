"""CodeBuild and its connections under the real terraform: every argument that the provider has."""

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
  image  = "aws/codebuild/standard:7.0"
  tags   = { Owner = "team", Environment = "dev" }
}

resource "aws_iam_role" "this" {
  name = "builds"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "codebuild.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_s3_bucket" "this" {
  bucket        = "builds-@ACCOUNT@"
  force_destroy = true
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "this" {
  name   = "builds"
  vpc_id = aws_vpc.this.id
}

resource "aws_codeconnections_connection" "this" {
  name          = "github"
  provider_type = "GitHub"
  tags          = { Owner = local.before ? "team" : "others" }
}

resource "aws_codeconnections_host" "this" {
  name              = "gitlab"
  provider_endpoint = "https://gitlab.acme.example"
  provider_type     = "GitLabSelfManaged"
}

resource "aws_codeconnections_connection" "hosted" {
  name     = "gitlab"
  host_arn = aws_codeconnections_host.this.arn
}

resource "aws_codestarconnections_connection" "this" {
  name          = "bitbucket"
  provider_type = "Bitbucket"
  tags          = { Owner = local.before ? "team" : "others" }
}

resource "aws_codestarconnections_host" "this" {
  name              = "ghe"
  provider_endpoint = local.before ? "https://ghe.acme.example" : "https://git.acme.example"
  provider_type     = "GitHubEnterpriseServer"
}

resource "aws_codestarconnections_connection" "hosted" {
  name     = "ghe"
  host_arn = aws_codestarconnections_host.this.arn
}

resource "aws_codebuild_source_credential" "github" {
  auth_type   = "PERSONAL_ACCESS_TOKEN"
  server_type = "GITHUB"
  token       = "x"
}

resource "aws_codebuild_source_credential" "enterprise" {
  auth_type   = "PERSONAL_ACCESS_TOKEN"
  server_type = "GITHUB_ENTERPRISE"
  token       = "x"
}

resource "aws_codebuild_source_credential" "bitbucket" {
  auth_type   = "BASIC_AUTH"
  server_type = "BITBUCKET"
  user_name   = "acme"
  token       = "x"
}

resource "aws_codebuild_source_credential" "gitlab" {
  auth_type   = "CODECONNECTIONS"
  server_type = "GITLAB"
  token       = aws_codeconnections_connection.this.arn
}

resource "aws_codebuild_project" "full" {
  name                   = "full"
  description            = local.before ? "before" : null
  service_role           = aws_iam_role.this.arn
  build_timeout          = local.before ? 15 : null
  queued_timeout         = local.before ? 30 : 60
  concurrent_build_limit = local.before ? 2 : null
  badge_enabled          = local.before
  source_version         = local.before ? "main" : null
  project_visibility     = local.before ? "PUBLIC_READ" : "PRIVATE"
  resource_access_role   = local.before ? aws_iam_role.this.arn : null
  encryption_key         = local.before ? "arn:aws:kms:us-east-1:@ACCOUNT@:alias/own" : "arn:aws:kms:us-east-1:@ACCOUNT@:alias/aws/s3"

  source {
    type                = "GITHUB"
    location            = "https://github.com/acme/service.git"
    git_clone_depth     = local.before ? 1 : 0
    buildspec           = "ci/buildspec.yml"
    report_build_status = local.before

    auth {
      type     = "CODECONNECTIONS"
      resource = aws_codeconnections_connection.this.arn
    }

    dynamic "build_status_config" {
      for_each = local.before ? [1] : []
      content {
        context    = "ci/main"
        target_url = "https://ci.acme.example"
      }
    }

    git_submodules_config {
      fetch_submodules = local.before
    }
  }

  dynamic "secondary_sources" {
    for_each = local.before ? ["a", "b"] : ["b"]
    content {
      type              = "GITHUB"
      location          = "https://github.com/acme/${secondary_sources.value}.git"
      source_identifier = secondary_sources.value
      git_clone_depth   = 1
      auth {
        type     = "SECRETS_MANAGER"
        resource = "arn:aws:secretsmanager:us-east-1:@ACCOUNT@:secret:token-AbCdEf"
      }
      build_status_config {
        context = "ci/${secondary_sources.value}"
      }
      git_submodules_config {
        fetch_submodules = true
      }
    }
  }

  dynamic "secondary_source_version" {
    for_each = local.before ? ["a", "b"] : []
    content {
      source_identifier = secondary_source_version.value
      source_version    = "main"
    }
  }

  artifacts {
    type                   = "S3"
    location               = aws_s3_bucket.this.bucket
    path                   = "main"
    namespace_type         = "BUILD_ID"
    name                   = "artifact.zip"
    packaging              = local.before ? "ZIP" : "NONE"
    override_artifact_name = local.before
    encryption_disabled    = false
    bucket_owner_access    = "FULL"
  }

  dynamic "secondary_artifacts" {
    for_each = local.before ? ["x", "y"] : []
    content {
      type                = "S3"
      location            = aws_s3_bucket.this.bucket
      artifact_identifier = secondary_artifacts.value
      name                = secondary_artifacts.value
      packaging           = "ZIP"
    }
  }

  cache {
    type     = local.before ? "S3" : "LOCAL"
    location = local.before ? "${aws_s3_bucket.this.bucket}/cache" : null
    modes    = local.before ? null : ["LOCAL_DOCKER_LAYER_CACHE", "LOCAL_SOURCE_CACHE", "LOCAL_CUSTOM_CACHE"]
  }

  dynamic "build_batch_config" {
    for_each = local.before ? [1] : []
    content {
      service_role      = aws_iam_role.this.arn
      timeout_in_mins   = 60
      combine_artifacts = true
      restrictions {
        compute_types_allowed  = ["BUILD_GENERAL1_SMALL"]
        maximum_builds_allowed = 10
      }
    }
  }

  environment {
    type            = "LINUX_CONTAINER"
    compute_type    = "BUILD_GENERAL1_SMALL"
    image           = local.image
    privileged_mode = local.before

    environment_variable {
      name  = "PLAIN"
      value = local.before ? "one" : "two"
    }
    environment_variable {
      name  = "STORED"
      value = "/acme/stored"
      type  = "PARAMETER_STORE"
    }
    environment_variable {
      name  = "SECRET"
      value = "acme:key"
      type  = "SECRETS_MANAGER"
    }
  }

  dynamic "vpc_config" {
    for_each = local.before ? [1] : []
    content {
      vpc_id             = aws_vpc.this.id
      subnets            = [aws_subnet.this.id]
      security_group_ids = [aws_security_group.this.id]
    }
  }

  dynamic "file_system_locations" {
    for_each = local.before ? [1] : []
    content {
      type          = "EFS"
      identifier    = "shared"
      location      = "fs-12345678.efs.us-east-1.amazonaws.com:/"
      mount_point   = "/mnt/shared"
      mount_options = "nfsvers=4.1"
    }
  }

  dynamic "logs_config" {
    for_each = local.before ? [1] : []
    content {
      cloudwatch_logs {
        group_name  = "/acme/builds"
        stream_name = "main"
      }
      s3_logs {
        status              = "ENABLED"
        location            = "${aws_s3_bucket.this.bucket}/logs"
        encryption_disabled = true
        bucket_owner_access = "READ_ONLY"
      }
    }
  }

  tags = local.before ? local.tags : {}
}

# The defaults of AWS: nothing but what must be said, then everything that can be added.
resource "aws_codebuild_project" "bare" {
  name                   = "bare"
  service_role           = aws_iam_role.this.arn
  concurrent_build_limit = local.before ? null : 3
  source {
    type      = "NO_SOURCE"
    buildspec = "version: 0.2"
  }
  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = local.image
  }
  artifacts { type = "NO_ARTIFACTS" }
  dynamic "vpc_config" {
    for_each = local.before ? [] : [1]
    content {
      vpc_id             = aws_vpc.this.id
      subnets            = [aws_subnet.this.id]
      security_group_ids = [aws_security_group.this.id]
    }
  }
}

locals {
  sources = {
    bitbucket  = { type = "BITBUCKET", location = "https://bitbucket.org/acme/service.git" }
    codecommit = { type = "CODECOMMIT", location = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/service" }
    enterprise = { type = "GITHUB_ENTERPRISE", location = "https://ghe.acme.example/acme/service.git" }
    gitlab     = { type = "GITLAB", location = "https://gitlab.com/acme/service.git" }
    hosted     = { type = "GITLAB_SELF_MANAGED", location = "https://git.acme.example/acme/service.git" }
    bucket     = { type = "S3", location = "${aws_s3_bucket.this.bucket}/source.zip" }
  }
  machines = {
    arm     = { type = "ARM_CONTAINER", compute = "BUILD_GENERAL1_LARGE", image = "aws/codebuild/amazonlinux-aarch64-standard:3.0" }
    gpu     = { type = "LINUX_GPU_CONTAINER", compute = "BUILD_GENERAL1_SMALL", image = local.image }
    windows = { type = "WINDOWS_SERVER_2022_CONTAINER", compute = "BUILD_GENERAL1_MEDIUM", image = "aws/codebuild/windows-base:2022-1.0" }
    lambda  = { type = "LINUX_LAMBDA_CONTAINER", compute = "BUILD_LAMBDA_2GB", image = "aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs18" }
    light   = { type = "ARM_LAMBDA_CONTAINER", compute = "BUILD_LAMBDA_1GB", image = "aws/codebuild/amazonlinux-aarch64-lambda-standard:nodejs18" }
    huge    = { type = "LINUX_CONTAINER", compute = "BUILD_GENERAL1_2XLARGE", image = local.image }
    ec2     = { type = "LINUX_EC2", compute = "BUILD_GENERAL1_MEDIUM", image = "aws/codebuild/ami/amazonlinux-x86_64-base:latest" }
  }
}

resource "aws_codebuild_project" "from" {
  for_each     = local.sources
  name         = "from-${each.key}"
  service_role = aws_iam_role.this.arn
  source {
    type                = each.value.type
    location            = each.value.location
    buildspec           = local.before ? null : "other.yml"
    insecure_ssl        = each.key == "enterprise" && local.before
    report_build_status = contains(["bitbucket", "enterprise", "gitlab", "hosted"], each.key)
    git_clone_depth     = each.key == "bucket" ? null : 1
    dynamic "auth" {
      for_each = each.key == "hosted" ? [1] : []
      content {
        type     = "CODECONNECTIONS"
        resource = aws_codeconnections_connection.hosted.arn
      }
    }
  }
  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = local.image
  }
  artifacts { type = "NO_ARTIFACTS" }
}

resource "aws_codebuild_project" "on" {
  for_each     = local.machines
  name         = "on-${each.key}"
  service_role = aws_iam_role.this.arn
  source {
    type      = "NO_SOURCE"
    buildspec = "version: 0.2"
  }
  environment {
    type         = each.value.type
    compute_type = each.value.compute
    image        = each.value.image
    dynamic "fleet" {
      for_each = each.key == "ec2" ? [1] : []
      content {
        fleet_arn = aws_codebuild_fleet.ec2.arn
      }
    }
  }
  artifacts { type = "NO_ARTIFACTS" }
}

resource "aws_codebuild_project" "pipeline" {
  name         = "pipeline"
  service_role = aws_iam_role.this.arn
  source {
    type      = "CODEPIPELINE"
    buildspec = "deploy.yml"
  }
  environment {
    type                        = "LINUX_CONTAINER"
    compute_type                = "BUILD_GENERAL1_SMALL"
    image                       = "registry.acme.example/build:1"
    image_pull_credentials_type = "SERVICE_ROLE"
    registry_credential {
      credential          = "arn:aws:secretsmanager:us-east-1:@ACCOUNT@:secret:registry-AbCdEf"
      credential_provider = "SECRETS_MANAGER"
    }
    certificate = "${aws_s3_bucket.this.bucket}/certificate.pem"
  }
  artifacts { type = "CODEPIPELINE" }
}

resource "aws_codebuild_fleet" "this" {
  name              = "fleet"
  base_capacity     = local.before ? 1 : 2
  compute_type      = "BUILD_GENERAL1_SMALL"
  environment_type  = "LINUX_CONTAINER"
  overflow_behavior = local.before ? "QUEUE" : "ON_DEMAND"
  dynamic "scaling_configuration" {
    for_each = local.before ? [1] : []
    content {
      max_capacity = 3
      scaling_type = "TARGET_TRACKING_SCALING"
      target_tracking_scaling_configs {
        metric_type  = "FLEET_UTILIZATION_RATE"
        target_value = 80
      }
    }
  }
  tags = local.before ? local.tags : {}
}

resource "aws_codebuild_fleet" "ec2" {
  name             = "attribute-based"
  base_capacity    = 1
  compute_type     = "ATTRIBUTE_BASED_COMPUTE"
  environment_type = "LINUX_EC2"
  compute_configuration {
    vcpu         = 4
    memory       = 8
    disk         = 64
    machine_type = "GENERAL"
  }
}

resource "aws_codebuild_project" "reserved" {
  name         = "reserved"
  service_role = aws_iam_role.this.arn
  source {
    type      = "NO_SOURCE"
    buildspec = "version: 0.2"
  }
  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = local.image
    fleet {
      fleet_arn = aws_codebuild_fleet.this.arn
    }
  }
  artifacts { type = "NO_ARTIFACTS" }
}

resource "aws_codebuild_project" "organization" {
  name         = "organization"
  service_role = aws_iam_role.this.arn
  source {
    type     = "GITHUB"
    location = "CODEBUILD_DEFAULT_WEBHOOK_SOURCE_LOCATION"
  }
  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = local.image
  }
  artifacts { type = "NO_ARTIFACTS" }
}

resource "aws_codebuild_webhook" "organization" {
  project_name = aws_codebuild_project.organization.name
  scope_configuration {
    name  = "acme"
    scope = "GITHUB_ORGANIZATION"
  }
  filter_group {
    filter {
      type    = "EVENT"
      pattern = "WORKFLOW_JOB_QUEUED"
    }
    filter {
      type    = "REPOSITORY_NAME"
      pattern = "^(?:service)$"
    }
  }
  depends_on = [aws_codebuild_source_credential.github]
}

resource "aws_codebuild_webhook" "full" {
  project_name = aws_codebuild_project.full.name
  build_type   = local.before ? "BUILD_BATCH" : "BUILD"
  dynamic "filter_group" {
    for_each = local.before ? ["main", "next"] : ["main"]
    content {
      filter {
        type    = "EVENT"
        pattern = "PUSH, PULL_REQUEST_MERGED"
      }
      filter {
        type    = "HEAD_REF"
        pattern = "^refs/heads/${filter_group.value}$"
      }
      filter {
        type                    = "FILE_PATH"
        pattern                 = "^docs/.*$"
        exclude_matched_pattern = true
      }
    }
  }
}

resource "aws_codebuild_webhook" "branch" {
  project_name  = aws_codebuild_project.from["bitbucket"].name
  branch_filter = local.before ? "^main$" : "^(main|next)$"
  depends_on    = [aws_codebuild_source_credential.bitbucket]
}

resource "aws_codebuild_webhook" "enterprise" {
  project_name = aws_codebuild_project.from["enterprise"].name
  depends_on   = [aws_codebuild_source_credential.enterprise]
}

resource "aws_codebuild_webhook" "gitlab" {
  project_name = aws_codebuild_project.from["gitlab"].name
  filter_group {
    filter {
      type    = "EVENT"
      pattern = "WORKFLOW_JOB_QUEUED"
    }
  }
  depends_on = [aws_codebuild_source_credential.gitlab]
}

resource "aws_codebuild_webhook" "hosted" {
  project_name = aws_codebuild_project.from["hosted"].name
  filter_group {
    filter {
      type    = "EVENT"
      pattern = "PUSH"
    }
  }
}

resource "aws_codebuild_project" "by_hand" {
  name         = "by-hand"
  service_role = aws_iam_role.this.arn
  source {
    type     = "GITHUB"
    location = "https://github.com/acme/other.git"
  }
  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = local.image
  }
  artifacts { type = "NO_ARTIFACTS" }
}

resource "aws_codebuild_webhook" "by_hand" {
  project_name    = aws_codebuild_project.by_hand.name
  manual_creation = true
}

resource "aws_codebuild_webhook" "buildkite" {
  project_name = aws_codebuild_project.bare.name
  build_type   = "RUNNER_BUILDKITE_BUILD"
  filter_group {
    filter {
      type    = "EVENT"
      pattern = "WORKFLOW_JOB_QUEUED"
    }
  }
}

resource "aws_codebuild_report_group" "this" {
  name           = "tests"
  type           = "TEST"
  delete_reports = true
  export_config {
    type = local.before ? "NO_EXPORT" : "S3"
    dynamic "s3_destination" {
      for_each = local.before ? [] : [1]
      content {
        bucket              = aws_s3_bucket.this.bucket
        encryption_disabled = false
        encryption_key      = "arn:aws:kms:us-east-1:@ACCOUNT@:alias/own"
        packaging           = "ZIP"
        path                = "reports"
      }
    }
  }
  tags = local.before ? local.tags : {}
}

resource "aws_codebuild_report_group" "coverage" {
  name = "coverage"
  type = "CODE_COVERAGE"
  export_config { type = "NO_EXPORT" }
}

resource "aws_codebuild_resource_policy" "this" {
  resource_arn = aws_codebuild_report_group.this.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::@ACCOUNT@:root" }
      Action    = local.before ? ["codebuild:BatchGetReportGroups"] : ["codebuild:BatchGetReportGroups", "codebuild:ListReportsForReportGroup"]
      Resource  = aws_codebuild_report_group.this.arn
    }]
  })
}
"""


def test_codebuild_lives_from_apply_to_destroy(prove: Callable[..., None]) -> None:
    sources = ("bitbucket", "bucket", "codecommit", "enterprise", "gitlab", "hosted")
    prove(
        STACK,
        {
            *(f'aws_codebuild_project.from["{source}"]' for source in sources),
            "aws_codebuild_fleet.this",
            "aws_codebuild_project.bare",
            "aws_codebuild_project.full",
            "aws_codebuild_report_group.this",
            "aws_codebuild_resource_policy.this",
            "aws_codebuild_webhook.branch",
            "aws_codebuild_webhook.full",
            "aws_codeconnections_connection.this",
            "aws_codestarconnections_connection.this",
            "aws_codestarconnections_host.this",
        },
    )
