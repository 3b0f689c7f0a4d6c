"""What real stacks need, row by row, as specs; and the few stacks that are applied, which together have all of it."""

from __future__ import annotations

from typing import Final

ACCOUNT: Final = "111122223333"
BASE: Final = f"""\
stack: shop
class: dev
region: us-east-1
account: "{ACCOUNT}"
tags: {{Owner: team, CostCenter: "1"}}
source:
  type: github
  repository: https://github.com/acme-platform/shop
  connection: {{arn: "arn:aws:codeconnections:us-east-1:{ACCOUNT}:connection/aaaa-bbbb"}}
builds: {{main: {{runtime: {{nodejs: 22}}}}, other: {{runtime: {{nodejs: 22}}}}}}
"""
KEY: Final = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809"
# The demands, by the names of the environments that show them.
DEMANDS: Final = {
    "names": "names: {project: 'Acme_@{build}', role: 'acme-@{build}+role', pipeline: acme-release}\n"
    "pipeline: {builds: [[main], [other]]}",
    "log-groups": "logs: {group: project}",
    "given-log-groups": "logs: {group: project}\nnames: {log_group: '/acme/@{build}'}\n"
    "builds: {main: {names: {log_group: /acme/ci}}}",
    "no-runtime": "builds: {main: {runtime: null, buildspec: ci/buildspec.yml},"
    " other: {runtime: null, image: 'public.ecr.aws/acme/tools:1', phases: {build: [make]}}}",
    "permissions": "builds: {main: {permissions: {buckets: {sync: [acme-site]}, functions: [api],"
    " assume_roles: ['arn:aws:iam::444455556666:role/deploys'],"
    " policies: [{arn: 'arn:aws:iam::111122223333:policy/deploys'}]}}}",
    "bucket": "artifacts: {existing: {bucket: acme-builds, prefix: '@{stack}/@{environment}'}}\n"
    "builds: {main: {cache: s3, s3_logs: true}}",
    "roles": f"builds: {{main: {{role_arn: 'arn:aws:iam::{ACCOUNT}:role/ci/shop'}}}}",
    "every-role": f"builds: {{main: {{role_arn: 'arn:aws:iam::{ACCOUNT}:role/ci/shop'}},"
    f" other: {{role_arn: 'arn:aws:iam::{ACCOUNT}:role/ci/shop'}}}}",
    "pipeline-role": f"pipeline: {{builds: [[main], [other]], role_arn: 'arn:aws:iam::{ACCOUNT}:role/ci/release'}}",
    "repositories": f"registry: {{existing: {{api: 'arn:aws:ecr:us-east-1:{ACCOUNT}:repository/acme/api'}}}}\n"
    "builds: {main: {push_to: [api], privileged: true}}",
    "key": f"encryption: {{arn: '{KEY}'}}\n"
    f"builds: {{main: {{secrets: {{TOKEN: {{secrets_manager: shop/token, kms_key: '{KEY}'}}}}}}}}",
    "tags": "logs: {group: project}\nbuilds: {main: {tags: {CostCenter: '2', Team: web}}}",
    "topic": f"notifications: {{topic_arn: 'arn:aws:sns:us-east-1:{ACCOUNT}:acme-builds'}}",
    "logs": "logs: {existing: {group: /acme/builds}}",
    "stages": "pipeline: {builds: [[main], [other]], approval: {}, deploy: {artifact: other, bucket: {bucket: acme-live}}}",
    "sources": "builds: {main: {secondary_sources: {tools: {type: github, repository: https://github.com/acme-platform/tools},"
    " data: {type: s3, object: acme-data/shop.zip}}}}",
    "same-build": "pipeline: {builds: [[main], [again]]}\nbuilds: {main: {buildspec: ci.yml, variables: {TARGET: test}},"
    " again: {runtime: {nodejs: 22}, buildspec: ci.yml, variables: {TARGET: live}}, other: {trigger: {manual: true}}}",
    "listed-people": "builds: {main: {privileged: true, phases: {build: [make]}, artifact: {type: none}, cache: none,"
    " trigger: {pull_requests: {actors: ['1234567', '7654321']}}}}\n"
    "accepted: {images: {risk: privileged-pull-requests, at: builds.main, reason: tests build images, until: '2999-01-01'}}",
    "strangers": "builds: {main: {phases: {build: [make]}, trigger: {pull_requests: {}}}}\n"
    "accepted: {open: {risk: pull-requests-of-strangers, at: builds.main, reason: strangers write it, until: '2999-01-01'}}",
    "adopted": "names: {project: 'Acme-@{build}', role: 'acme-@{build}-role'}\nlogs: {group: project}\n"
    "adopted: {'builds.aws_codebuild_project.this[main]': Acme-main, 'access.aws_iam_role.this[main]': acme-main-role,"
    " 'logs.aws_cloudwatch_log_group.each[/aws/codebuild/Acme-main]': /aws/codebuild/Acme-main}",
}
# Everything that can exist, and beside it a build of the stack's own with every field of a buildspec in the spec.
OVER_EXISTING: Final = """\
stack: shop
class: dev
region: us-east-1
account: "@ACCOUNT@"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
encryption: {arn: "@KEY@"}
artifacts: {existing: {bucket: acme-builds-@ACCOUNT@, prefix: shop/live}}
logs: {existing: {group: "/acme/@{build}"}}
registry: {existing: {api: "arn:aws:ecr:us-east-1:@ACCOUNT@:repository/acme/api"}}
notifications: {topic_arn: "arn:aws:sns:us-east-1:@ACCOUNT@:acme-builds", phases: [FAILED], alarm_on_undelivered: true}
names: {project: "Acme_@{build}", role: "acme-@{build}+role"}
pipeline: {source: {bucket: "acme-sources-@ACCOUNT@", key: shop.zip}, builds: [[release]], role_arn: "arn:aws:iam::@ACCOUNT@:role/ci/shop-release"}
builds:
  release: {runtime: {nodejs: 22}, phases: {build: [npm run package]}}
  main:
    runtime: {nodejs: 22}
    role_arn: "arn:aws:iam::@ACCOUNT@:role/ci/shop-ci"
    batch: {role_arn: "arn:aws:iam::@ACCOUNT@:role/shop-starts"}
    privileged: true
    push_to: [api]
    cache: s3
    s3_logs: true
    tags: {CostCenter: "2", Team: web}
  other:
    runtime: {nodejs: 22}
    tags: {CostCenter: "3"}
    shell: bash
    git_credential_helper: true
    phases: {install: [npm ci], build: [npm test]}
    finally: {build: [./collect.sh]}
    on_failure: {build: ABORT}
    artifact: {computed_name: "shop-$(date +%F).zip", directory: dist, exclude: ["**/*.map"], discard_paths: true}
    secrets: {TOKEN: {secrets_manager: shop/token, json_key: the token, kms_key: "@KEY@"}}
    reports: {Unit_Tests: {files: [junit.xml], discard_paths: true, export: true}}
"""
# What the other one cannot have at the same time; its bucket exists, since the rules of one that is made take a minute.
THE_REST: Final = """\
stack: shop
class: dev
region: us-east-1
account: "@ACCOUNT@"
tags: {Owner: team, CostCenter: "1"}
source:
  type: github
  repository: https://github.com/acme-platform/shop
  connection: {arn: "arn:aws:codeconnections:us-east-1:@ACCOUNT@:connection/aaaa-bbbb"}
artifacts: {existing: {bucket: "acme-others-@ACCOUNT@"}}
notifications: null
alarms: null
logs: {group: project}
names: {project: "Acme-@{build}", role: "acme-@{build}-role", log_group: "/acme-others/@{build}", pipeline: acme-release}
pipeline:
  builds: [[test], [again]]
  approval: {}
  deploy: {artifact: again, bucket: {bucket: acme-live}}
builds:
  main:
    buildspec: ci/buildspec.yml
    names: {log_group: /acme-others/ci}
    tags: {CostCenter: "2", Team: web}
    permissions:
      buckets: {sync: [acme-site]}
      functions: [api]
      assume_roles: ["arn:aws:iam::444455556666:role/deploys"]
      policies: [{arn: "arn:aws:iam::@ACCOUNT@:policy/deploys"}]
    secondary_sources:
      tools: {type: github, repository: https://github.com/acme-platform/tools}
      data: {type: s3, object: acme-data/shop.zip}
  tools: {image: "public.ecr.aws/acme/tools:1", phases: {build: [make]}}
  test: {runtime: {nodejs: 22}, buildspec: ci.yml, variables: {TARGET: test}}
  again: {runtime: {nodejs: 22}, buildspec: ci.yml, variables: {TARGET: live}}
  images:
    runtime: {nodejs: 22}
    privileged: true
    phases: {build: [make]}
    artifact: {type: none}
    cache: none
    trigger: {pull_requests: {actors: ["1234567", "7654321"]}}
  open: {runtime: {nodejs: 22}, phases: {build: [make]}, trigger: {pull_requests: {}}}
  late: {runtime: {nodejs: 22}, trigger: {manual: true}}
accepted:
  images: {risk: privileged-pull-requests, at: builds.images, reason: tests build images, until: "2999-01-01"}
  open: {risk: pull-requests-of-strangers, at: builds.open, reason: strangers write it, until: "2999-01-01"}
"""
# A row that another test applies: what is taken over must be made by hand first.
ELSEWHERE: Final = {"adopted": "tests/terraform/test_adopt_sandbox.py"}
