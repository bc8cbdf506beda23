"""Files: uploaded, shown with posts, downloaded. Owns the tables fileinfo and uploadsessions.

Where their bytes are kept is the choice of `FileSettings.DriverName`, among the stores that plugins offer.
"""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.files import FileService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.plugins.files.config import FilesConfig

manifest = Manifest(
    id="files",
    version="0.1.0",
    name="Files",
    summary="Attachments of posts: upload, download, thumbnails, public links",
    provides=(FileService,),
    requires=(ChannelService, PermissionService, PostService),
    config=FilesConfig,
)
