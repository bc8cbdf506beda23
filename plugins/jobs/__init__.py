"""Jobs: long work in the background, each piece once in the whole cluster. Owns the tables jobs and hb_jobschedules."""

from hubbub.core.contracts.jobs import JobService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.plugins.jobs.config import JobsConfig

manifest = Manifest(
    id="jobs",
    version="0.1.0",
    name="Jobs",
    summary="Runs long and regular work once per cluster, with progress, retries and a way to cancel it",
    provides=(JobService,),
    requires=(PermissionService,),
    config=JobsConfig,
)
