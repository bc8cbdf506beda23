"""Files in a bucket of Amazon S3, or of anything that speaks its protocol (`FileSettings.DriverName` amazons3)."""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.plugins.storage_s3.config import S3PluginSettings

manifest = Manifest(
    id="storage_s3",
    version="0.1.0",
    name="Files in S3",
    summary="Keeps files in a bucket of Amazon S3, MinIO, Ceph, Garage and their like (driver amazons3)",
    requires=(PermissionService,),
    config=S3PluginSettings,
)
