"""Search: what people type into the search box, understood and answered. The index is `SearchEngine`'s."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.files import FileService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.search import SearchEngine
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="search",
    version="0.1.0",
    name="Search",
    summary="Search of messages and files, with from:, in:, dates and what must not be there",
    optional=(FileService,),
    requires=(SearchEngine, PostService, ChannelService, UserService, PermissionService),
)
