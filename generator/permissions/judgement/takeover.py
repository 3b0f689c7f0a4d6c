"""Actions with which whoever has them changes what a stack runs, whom it tells, or what it keeps."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from generator.aws import actions
from generator.aws.actions import AccessLevel

# Services of whose resources a stack consists.
SERVICES: Final = frozenset(
    {
        *("budgets", "cloudtrail", "cloudwatch", "codeartifact", "codebuild", "codeconnections", "codepipeline"),
        *("codestar-connections", "codestar-notifications", "config", "ec2", "ecr", "elasticfilesystem", "events"),
        *("guardduty", "kms", "lambda", "logs", "pipes", "s3", "scheduler", "secretsmanager", "securityhub", "sns"),
        *("sqs", "ssm", "xray"),
    }
)
# What works with such a resource and leaves it as it is. All other writing changes it; a new action is among the others
# until somebody has decided.
USES: Final = frozenset(
    {
        *("cloudwatch:putmetricdata", "codeartifact:publishpackageversion", "codeartifact:putpackagemetadata"),
        *("codebuild:batchputcodecoverages", "codebuild:batchputtestcases", "codebuild:createreport"),
        *("codebuild:createreportgroup", "codebuild:updatereport", "codepipeline:acknowledgejob"),
        *("codepipeline:pollforjobs", "codepipeline:putjobfailureresult", "codepipeline:putjobsuccessresult"),
        *("ec2:createnetworkinterface", "ec2:createnetworkinterfacepermission", "ec2:deletenetworkinterface"),
        *("ecr:completelayerupload", "ecr:initiatelayerupload", "ecr:putimage", "ecr:startimagescan"),
        *("ecr:uploadlayerpart", "elasticfilesystem:clientmount", "elasticfilesystem:clientwrite", "events:putevents"),
        *("kms:decrypt", "kms:encrypt", "kms:generatedatakey", "kms:generatedatakeypair"),
        *("kms:generatedatakeypairwithoutplaintext", "kms:generatedatakeywithoutplaintext", "kms:generatemac"),
        *("kms:generaterandom", "kms:reencryptfrom", "kms:reencryptto", "kms:sign", "kms:verify", "kms:verifymac"),
        *("kms:derivesharedsecret", "lambda:invokeasync", "lambda:invokefunction", "lambda:invokefunctionurl"),
        *("logs:createloggroup", "logs:createlogstream", "logs:putlogevents", "s3:abortmultipartupload"),
        *("s3:deleteobject", "s3:putobject", "s3:putobjectacl", "s3:putobjectversionacl", "s3:replicatedelete"),
        *(
            "s3:replicateobject",
            "sns:confirmsubscription",
            "sns:publish",
            "sns:subscribe",
            "sqs:changemessagevisibility",
        ),
        *("sqs:deletemessage", "sqs:sendmessage", "xray:putspans", "xray:putspansforindexing"),
        *("xray:puttelemetryrecords", "xray:puttracesegments"),
    }
)
# Who starts a build may say what it runs. Schedules, pipelines, rules and batches are there to do just that.
STARTS: Final = frozenset(
    {
        *("codebuild:retrybuild", "codebuild:retrybuildbatch", "codebuild:startbuild", "codebuild:startbuildbatch"),
        *("codebuild:stopbuild", "codebuild:stopbuildbatch", "codepipeline:startpipelineexecution"),
    }
)
_READING: Final = frozenset({AccessLevel.LIST, AccessLevel.READ, AccessLevel.TAGGING})


@lru_cache(maxsize=4096)
def is_takeover(name: str) -> bool:
    """Whether one action changes a resource of a stack, and does not merely work with it.

    Args:
        name: of the action, without wildcards.
    """
    lower = name.lower()
    if lower.partition(":")[0] not in SERVICES or lower in USES:
        return False
    found = actions.action(lower)
    return found is not None and found.level not in _READING
