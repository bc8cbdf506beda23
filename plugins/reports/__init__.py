"""Reports for administrators: who is here, since when, how active.

Owns no table; joins those of users, statuses, teams, channels and posts, which it only reads.
"""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.files import FileService
from hubbub.core.contracts.jobs import JobService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="reports",
    version="0.1.0",
    name="Reports",
    summary="Lists of accounts with how active they are, and of posts",
    requires=(UserService, ChannelService, PermissionService, PostService, StatusService, JobService),
    optional=(FileService,),
)
