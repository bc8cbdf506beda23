"""The server itself, over the API: configuration, client configuration, licence answer, plugins, logs, numbers.

Owns the table systems. For analytics it counts rows of tables of other plugins (never writes them).
"""

from hubbub.core.contracts.installation import InstallationService
from hubbub.core.contracts.mail import Mailer
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="system",
    version="0.1.0",
    name="System",
    summary="Configuration, plugins, logs and numbers of the server over the API",
    provides=(InstallationService,),
    requires=(UserService, PermissionService),
    optional=(Mailer,),
)
