"""Which attributes protect what a stack holds, and how each is lost; `docs/operating.md` explains the tables."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ENCRYPTION: Final = "encryption"
_LOGGING: Final = "logging"
_PUBLIC: Final = "the block of public access"
_DELETION: Final = "protection from deletion"
_BACKUP: Final = "backups"

# By the name of the attribute, in any resource and at any depth: lost where true becomes something else.
SWITCHED_OFF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "at_rest_encryption_enabled": ENCRYPTION,
        "block_public_acls": _PUBLIC,
        "block_public_policy": _PUBLIC,
        "deletion_protection": _DELETION,
        "deletion_protection_enabled": _DELETION,
        "enable_key_rotation": "the rotation of the key",
        "enable_log_file_validation": "the validation of logs",
        "enable_logging": _LOGGING,
        "encrypted": ENCRYPTION,
        "encryption_at_rest": ENCRYPTION,
        "ignore_public_acls": _PUBLIC,
        "is_enabled": "the use of the key",
        "restrict_public_buckets": _PUBLIC,
        "scan_on_push": "the scan of images",
        "skip_destroy": _DELETION,
        "sqs_managed_sse_enabled": ENCRYPTION,
        "storage_encrypted": ENCRYPTION,
        "transit_encryption_enabled": ENCRYPTION,
    }
)
# Lost where something else becomes true.
SWITCHED_ON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bypass_policy_lockout_safety_check": "the check that the key's policy keeps it manageable",
        "encryption_disabled": ENCRYPTION,
        "force_delete": _DELETION,
        "force_destroy": _DELETION,
        "insecure_ssl": "the check of the source's certificate",
        "publicly_accessible": _PUBLIC,
        "skip_final_snapshot": "the last snapshot before a deletion",
    }
)
# Lost where a value becomes nothing.
EMPTIED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "encryption_key": ENCRYPTION,
        "kms_key": ENCRYPTION,
        "kms_key_arn": ENCRYPTION,
        "kms_key_id": ENCRYPTION,
        "kms_master_key_id": ENCRYPTION,
    }
)
# By type and path without positions: lost where a value of the list becomes one that is not on it.
_CLOSED: Final[dict[str, dict[str, tuple[str, frozenset[Any]]]]] = {
    "aws_codebuild_project": {
        "logs_config.cloudwatch_logs.status": (_LOGGING, frozenset({"ENABLED"})),
        "logs_config.s3_logs.status": (_LOGGING, frozenset({"ENABLED"})),
        "project_visibility": ("the privacy of builds", frozenset({"PRIVATE"})),
    },
    "aws_dynamodb_table": {
        "point_in_time_recovery.enabled": (_BACKUP, frozenset({True})),
        "server_side_encryption.enabled": (ENCRYPTION, frozenset({True})),
    },
    "aws_ebs_encryption_by_default": {"enabled": (ENCRYPTION, frozenset({True}))},
    "aws_ecr_repository": {"image_tag_mutability": ("the immutability of tags", frozenset({"IMMUTABLE"}))},
    "aws_efs_backup_policy": {"backup_policy.status": (_BACKUP, frozenset({"ENABLED"}))},
    "aws_guardduty_detector": {"enable": ("threat detection", frozenset({True}))},
    "aws_kinesis_stream": {"encryption_type": (ENCRYPTION, frozenset({"KMS"}))},
    "aws_s3_bucket_acl": {
        "acl": (
            _PUBLIC,
            frozenset({"private", "bucket-owner-full-control", "bucket-owner-read", "log-delivery-write"}),
        )
    },
    "aws_s3_bucket_object_lock_configuration": {
        "rule.default_retention.mode": ("the lock on objects", frozenset({"COMPLIANCE"}))
    },
    "aws_s3_bucket_ownership_controls": {
        "rule.object_ownership": (_PUBLIC, frozenset({"BucketOwnerEnforced"})),
    },
    "aws_s3_bucket_server_side_encryption_configuration": {
        "rule.apply_server_side_encryption_by_default.sse_algorithm": (
            f"{ENCRYPTION} with a key of its own",
            frozenset({"aws:kms", "aws:kms:dsse"}),
        )
    },
    "aws_s3_bucket_versioning": {"versioning_configuration.status": ("versioning", frozenset({"Enabled"}))},
}
CLOSED: Final[Mapping[str, Mapping[str, tuple[str, frozenset[Any]]]]] = MappingProxyType(_CLOSED)
# Resources that do nothing but protect another: lost where they are deleted and the other stays.
GUARDIANS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "aws_cloudtrail": _LOGGING,
        "aws_config_configuration_recorder": _LOGGING,
        "aws_ebs_encryption_by_default": ENCRYPTION,
        "aws_ecr_registry_scanning_configuration": "the scan of images",
        "aws_efs_backup_policy": _BACKUP,
        "aws_flow_log": _LOGGING,
        "aws_guardduty_detector": "threat detection",
        "aws_s3_account_public_access_block": _PUBLIC,
        "aws_s3_bucket_logging": _LOGGING,
        "aws_s3_bucket_object_lock_configuration": "the lock on objects",
        "aws_s3_bucket_ownership_controls": _PUBLIC,
        "aws_s3_bucket_public_access_block": _PUBLIC,
        "aws_s3_bucket_server_side_encryption_configuration": ENCRYPTION,
        "aws_s3_bucket_versioning": "versioning",
        "aws_vpc_block_public_access_options": _PUBLIC,
    }
)
