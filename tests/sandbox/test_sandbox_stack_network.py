"""A whole network under the real terraform."""

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
  tags   = local.before ? { Name = "acme", Environment = "dev" } : { Name = "others" }
  zones  = { a = 0, b = 1 }
}

data "aws_availability_zones" "all" {
  state = "available"
}

resource "aws_vpc" "this" {
  cidr_block                           = "10.0.0.0/16"
  enable_dns_hostnames                 = true
  enable_dns_support                   = true
  enable_network_address_usage_metrics = local.before
  tags                                 = local.tags
}

resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
  tags   = local.tags
}

resource "aws_default_network_acl" "this" {
  default_network_acl_id = aws_vpc.this.default_network_acl_id
  subnet_ids             = concat([for subnet in aws_subnet.private : subnet.id], [aws_subnet.public.id])
  dynamic "ingress" {
    for_each = local.before ? [] : [1]
    content {
      protocol   = "-1"
      rule_no    = 100
      action     = "allow"
      cidr_block = "10.0.0.0/16"
      from_port  = 0
      to_port    = 0
    }
  }
}

resource "aws_subnet" "private" {
  for_each          = local.zones
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, each.value)
  availability_zone = data.aws_availability_zones.all.names[each.value]
  tags              = local.tags
}

resource "aws_subnet" "public" {
  vpc_id                  = aws_vpc.this.id
  cidr_block              = "10.0.100.0/24"
  map_public_ip_on_launch = local.before
  tags                    = local.tags
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = local.tags
}

resource "aws_eip" "this" {
  domain     = "vpc"
  tags       = local.tags
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  allocation_id = aws_eip.this.id
  subnet_id     = aws_subnet.public.id
  tags          = local.tags
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
  tags = local.tags
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  for_each = local.zones
  vpc_id   = aws_vpc.this.id
  tags     = local.tags
}

resource "aws_route" "out" {
  for_each               = aws_route_table.private
  route_table_id         = each.value.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this.id
}

resource "aws_route_table_association" "private" {
  for_each       = local.zones
  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.key].id
}

resource "aws_security_group" "builds" {
  name        = "builds"
  description = "Builds"
  vpc_id      = aws_vpc.this.id
  tags        = local.tags
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.builds.id
  description       = local.before ? "HTTPS" : "HTTPS to anywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = local.tags
}

resource "aws_vpc_security_group_egress_rule" "endpoints" {
  security_group_id            = aws_security_group.builds.id
  referenced_security_group_id = aws_security_group.endpoints.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "store" {
  security_group_id = aws_security_group.builds.id
  prefix_list_id    = aws_vpc_endpoint.store.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_security_group" "endpoints" {
  name_prefix = "endpoints-"
  description = "Endpoints"
  vpc_id      = aws_vpc.this.id
  lifecycle { create_before_destroy = true }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  security_group_id            = aws_security_group.endpoints.id
  referenced_security_group_id = aws_security_group.builds.id
  ip_protocol                  = "tcp"
  from_port                    = local.before ? 443 : 8443
  to_port                      = local.before ? 443 : 8443
}

resource "aws_security_group" "inline" {
  name        = "inline"
  description = "Rules of its own"
  vpc_id      = aws_vpc.this.id
  ingress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = local.before ? ["10.0.0.0/16"] : ["10.0.0.0/17"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_vpc_endpoint" "store" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.us-east-1.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.before ? [for table in aws_route_table.private : table.id] : [aws_route_table.private["a"].id]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = local.before ? ["s3:GetObject"] : ["s3:GetObject", "s3:PutObject"], Resource = "*" }]
  })
  tags = local.tags
}

resource "aws_vpc_endpoint" "logs" {
  for_each            = toset(["codebuild", "ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssm", "sts", "xray"])
  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.us-east-1.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = local.before || each.value != "logs" ? [for subnet in aws_subnet.private : subnet.id] : [aws_subnet.private["a"].id]
  security_group_ids  = [aws_security_group.endpoints.id]
  tags                = local.tags
}

resource "aws_iam_role" "flow" {
  name = "flow"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "vpc-flow-logs.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/acme/flow"
  retention_in_days = 7
}

resource "aws_s3_bucket" "flow" {
  bucket        = "flow-@ACCOUNT@"
  force_destroy = true
}

resource "aws_flow_log" "logs" {
  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.flow.arn
  iam_role_arn             = aws_iam_role.flow.arn
  max_aggregation_interval = 60
  tags                     = local.tags
}

resource "aws_flow_log" "bucket" {
  vpc_id               = aws_vpc.this.id
  traffic_type         = "REJECT"
  log_destination_type = "s3"
  log_destination      = "${aws_s3_bucket.flow.arn}/vpc"
  log_format           = "$${version} $${srcaddr} $${dstaddr} $${action}"
  destination_options {
    file_format        = "parquet"
    per_hour_partition = true
  }
  tags = local.tags
}
"""


def test_a_network_lives_from_apply_to_destroy(prove: Callable[..., None]) -> None:
    prove(
        STACK,
        {
            "aws_default_network_acl.this",
            "aws_default_security_group.this",
            "aws_eip.this",
            "aws_flow_log.bucket",
            "aws_flow_log.logs",
            "aws_internet_gateway.this",
            "aws_nat_gateway.this",
            'aws_route_table.private["a"]',
            'aws_route_table.private["b"]',
            "aws_route_table.public",
            "aws_security_group.builds",
            "aws_security_group.inline",
            'aws_subnet.private["a"]',
            'aws_subnet.private["b"]',
            "aws_subnet.public",
            "aws_vpc.this",
            'aws_vpc_endpoint.logs["codebuild"]',
            'aws_vpc_endpoint.logs["ecr.api"]',
            'aws_vpc_endpoint.logs["ecr.dkr"]',
            'aws_vpc_endpoint.logs["kms"]',
            'aws_vpc_endpoint.logs["logs"]',
            'aws_vpc_endpoint.logs["secretsmanager"]',
            'aws_vpc_endpoint.logs["ssm"]',
            'aws_vpc_endpoint.logs["sts"]',
            'aws_vpc_endpoint.logs["xray"]',
            "aws_vpc_endpoint.store",
            "aws_vpc_security_group_egress_rule.https",
            "aws_vpc_security_group_ingress_rule.endpoints",
        },
    )
