"""Which resources hold what cannot be made again by applying once more, of the types that no single part renders."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS: Final[dict[str, str]] = {
    "objects": """
        aws_s3_bucket aws_s3_directory_bucket aws_s3tables_table aws_s3tables_table_bucket
    """,
    "a key that data is encrypted with": """
        aws_cloudhsm_v2_cluster aws_kms_external_key aws_kms_replica_external_key aws_kms_replica_key
    """,
    "log events": """
        aws_cloudtrail_event_data_store aws_cloudwatch_log_group aws_cloudwatch_log_stream
    """,
    "images or packages": """
        aws_ami aws_ami_copy aws_codeartifact_domain aws_codeartifact_repository aws_ecrpublic_repository
    """,
    "source code": """
        aws_codecommit_repository
    """,
    "an approval that somebody gave by hand": """
        aws_codeconnections_host aws_codestarconnections_connection aws_codestarconnections_host
    """,
    "messages": """
        aws_kinesis_stream aws_mq_broker aws_msk_cluster aws_msk_serverless_cluster
    """,
    "files or volumes": """
        aws_backup_vault aws_ebs_snapshot aws_ebs_snapshot_copy aws_ebs_volume aws_efs_file_system
        aws_fsx_lustre_file_system aws_fsx_ontap_file_system aws_fsx_ontap_volume aws_fsx_openzfs_file_system
        aws_fsx_openzfs_volume aws_fsx_windows_file_system aws_glacier_vault
    """,
    "a database": """
        aws_athena_database aws_db_cluster_snapshot aws_db_instance aws_db_snapshot aws_docdb_cluster
        aws_docdb_cluster_snapshot aws_docdbelastic_cluster aws_dynamodb_global_table aws_dynamodb_table
        aws_dynamodb_table_replica aws_elasticache_cluster aws_elasticache_replication_group
        aws_elasticache_serverless_cache aws_elasticsearch_domain aws_glue_catalog_database
        aws_glue_catalog_table aws_keyspaces_keyspace aws_keyspaces_table aws_lightsail_database
        aws_memorydb_cluster aws_memorydb_snapshot aws_neptune_cluster aws_neptune_cluster_snapshot
        aws_opensearch_domain aws_opensearchserverless_collection aws_qldb_ledger aws_rds_cluster
        aws_rds_global_cluster aws_redshift_cluster aws_redshift_cluster_snapshot
        aws_redshiftserverless_namespace aws_simpledb_domain aws_timestreamwrite_database
        aws_timestreamwrite_table
    """,
    "secrets or parameters": """
        aws_secretsmanager_secret aws_ssm_parameter random_password tls_private_key
    """,
    "accounts of people": """
        aws_cognito_identity_pool aws_cognito_user aws_cognito_user_pool
    """,
    "names that others resolve, or certificates they trust": """
        aws_acmpca_certificate_authority aws_route53_zone
    """,
}

HOLDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {kind: what for what, kinds in _KINDS.items() for kind in kinds.split()}
)
