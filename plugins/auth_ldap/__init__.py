"""Signing in with an LDAP directory: OpenLDAP, Active Directory and the like.

The directory says who somebody is; `ExternalSignIn` does the rest. On all the time, so that a connection can be tried
before it is used; nobody signs in by it unless LdapSettings.Enable is true.
"""

from hubbub.core.contracts.auth import ExternalSignIn
from hubbub.core.contracts.groups import DirectoryGroups
from hubbub.core.contracts.jobs import JobService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.profile_attributes import SyncedAttributes
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.auth_ldap.config import LdapExtras

manifest = Manifest(
    id="auth_ldap",
    version="0.1.0",
    name="LDAP",
    summary="Sign-in with LDAP and Active Directory, and accounts that follow the directory",
    requires=(ExternalSignIn, UserService, PermissionService, JobService, SessionService, DirectoryGroups),
    optional=(SyncedAttributes,),
    config=LdapExtras,
)
