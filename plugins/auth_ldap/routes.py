"""Operations that try the directory and have accounts follow it."""

from typing import Any, Final

from hubbub.core.config.decode import decode
from hubbub.core.config.document import canonical
from hubbub.core.config.problems import errors_of
from hubbub.core.config.setting import MASK
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.jobs import JobService
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.auth_ldap.service import Ldap
from hubbub.plugins.auth_ldap.sync import JOB
from hubbub.plugins.auth_ldap.trials import Diagnosis, Trials

SECTION: Final = "LdapSettings"
READD: Final = "re_add_removed_members"
_WHERE: Final = ("LdapServer", "LdapPort", "ConnectionSecurity", "BindUsername", "SkipCertificateVerification")
_FILES: Final = ("PublicCertificateFile", "PrivateKeyFile")


class PasswordNeeded(BadRequest):
    id = "ent.ldap.test_connection.reenter_password"
    message = "The server, its port, its security or the account has changed: type the password of BindUsername again."


class BadSettings(BadRequest):
    id = "api.context.invalid_body_param.app_error"
    message = "The LDAP settings can't be used: {problem}"


class LdapRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, ldap: Ldap, trials: Trials) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._jobs = context.service(JobService)
        self._ldap = ldap
        self._trials = trials

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/ldap/sync", self.sync)
        router.post("/api/v4/ldap/test", self.test)
        router.post("/api/v4/ldap/test_connection", self.test_connection)
        router.post("/api/v4/ldap/test_diagnostics", self.test_diagnostics)

    def sync(self, req: Request) -> object:
        """POST /ldap/sync: queue the job; `re_add_removed_members` brings back those who left what groups gave them."""
        self._permissions.require(req.session, Permission.CREATE_LDAP_SYNC_JOB)
        body = req.read(dict[str, Any]) if req.content_length else {}
        self._ldap.require_enabled()
        wanted = {READD: "true"} if body.get(READD) is True else None
        self._jobs.create(JOB, wanted)
        return OK

    def test(self, req: Request) -> object:
        """POST /ldap/test: by the settings in use."""
        self._permissions.require(req.session, Permission.TEST_LDAP)
        self._ldap.require_enabled()
        self._trials.people(self._ldap.settings)
        return OK

    def test_connection(self, req: Request) -> object:
        """POST /ldap/test_connection: by the LdapSettings in the body, laid over those in use."""
        self._permissions.require(req.session, Permission.TEST_LDAP)
        self._trials.connect(self._settings(req))
        return OK

    def test_diagnostics(self, req: Request) -> list[Diagnosis]:
        """POST /ldap/test_diagnostics?test=filters|attributes|group_attributes."""
        self._permissions.require(req.session, Permission.TEST_LDAP)
        return self._trials.diagnose(self._settings(req), req.query("test"))

    def _settings(self, req: Request) -> Any:
        """Return the LdapSettings in use with those of the body laid over them."""
        given = req.read(dict[str, Any]) if req.content_length else {}
        given = canonical({SECTION: given})[SECTION]
        now = self._ldap.settings
        known = {name: value for name, value in given.items() if name in now.__struct_fields__}
        values: dict[str, Any] = {name: getattr(now, name) for name in now.__struct_fields__} | known
        if values["BindPassword"] == MASK or "BindPassword" not in known:
            # SECURITY: the stored password goes to the server that it is for, checked as it is, and nowhere else.
            if any(values[name] != getattr(now, name) for name in _WHERE):
                raise PasswordNeeded
            values["BindPassword"] = now.BindPassword
        # SECURITY: which files of the host are read is not for whoever may only try a connection.
        values |= {name: getattr(now, name) for name in _FILES}
        values["Enable"] = True
        # Settings that sign-in needs may be missing while one is still at the connection.
        needed = {"BaseDN": "-", "EmailAttribute": "-", "UsernameAttribute": "-", "IdAttribute": "-"}
        complete = {name: values[name] or filler for name, filler in (needed | {"LoginIdAttribute": "-"}).items()}
        decoded = decode({SECTION: values | complete}, {})
        if problems := errors_of(decoded.problems):
            raise BadSettings(problem=str(problems[0]))
        blank = {name: values[name] for name in complete}
        settings: Any = decoded.config.LdapSettings
        return type(settings)(**{name: getattr(settings, name) for name in settings.__struct_fields__} | blank)
