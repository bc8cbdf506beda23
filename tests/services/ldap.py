"""A throw-away LDAP directory: OpenLDAP's slapd with generated people and groups, plain, STARTTLS and TLS."""

import os
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

from hubbub.tests.services.process import HOST, Server, find_program, free_port
from hubbub.tests.services.smtp import make_certificate

SUFFIX: Final = "dc=example,dc=org"
ADMIN: Final = f"cn=admin,{SUFFIX}"
READER: Final = f"cn=reader,{SUFFIX}"
PASSWORD: Final = "Secret-of-the-directory"
PEOPLE: Final = f"ou=people,{SUFFIX}"
COUNT: Final = 300
Values = Mapping[str, str | bytes | list[str] | list[bytes]]

# What Active Directory calls things, as far as the tests use it.
AD_SCHEMA: Final = """
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch
    SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9999 NAME 'adThing' SUP top AUXILIARY MAY ( objectGUID $ sAMAccountName ) )
"""
CONFIG: Final = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {folder}/ad.schema
pidfile {folder}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {folder}/certificate.pem
TLSCertificateFile {folder}/certificate.pem
TLSCertificateKeyFile {folder}/key.pem
TLSVerifyClient allow
sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited
database mdb
maxsize 1073741824
suffix "{suffix}"
rootdn "{admin}"
rootpw {password}
directory {folder}/data
dbnosync
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by anonymous auth by * none
"""


class LdapServer(Server):
    """slapd with `COUNT` people below `PEOPLE`; tests make what they change in a tree of their own."""

    name = "slapd"

    def __init__(self) -> None:
        self._slapd = find_program("slapd", ["/usr/sbin"], "slapd")
        self._slapadd = find_program("slapadd", ["/usr/sbin"], "slapd")
        super().__init__()
        self.tls_port = free_port()
        self._numbers = count(1)

    def prepare(self) -> None:
        self.write_config()
        self.load(ldif(generated_people(COUNT)))

    def write_config(self) -> None:
        """Make the folder, certificates and configuration, without entries."""
        (self.folder / "data").mkdir()
        make_certificate(self.certificate, self.folder / "key.pem")
        (self.folder / "ad.schema").write_text(AD_SCHEMA)
        text = CONFIG.format(folder=self.folder, suffix=SUFFIX, admin=ADMIN, password=PASSWORD, reader=READER)
        (self.folder / "slapd.conf").write_text(text)
        self._give_away()

    def load(self, text: str) -> None:
        """Add entries while the server doesn't run."""
        (self.folder / "entries.ldif").write_text(text)
        self._give_away()
        # -q: without checks, which take longer than the writing
        self.run([self._slapadd, "-q", "-f", str(self.folder / "slapd.conf"), "-l", str(self.folder / "entries.ldif")])

    def _give_away(self) -> None:
        if self._account is not None:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def command(self) -> list[str]:
        urls = f"ldap://{HOST}:{self.port}/ ldaps://{HOST}:{self.tls_port}/"
        return [self._slapd, "-f", str(self.folder / "slapd.conf"), "-h", urls, "-d", "0"]

    def answers(self) -> bool:
        try:
            with self.admin() as connection:
                return bool(connection.bound)
        except Exception:
            return False

    @property
    def certificate(self) -> Path:
        """The certificate of the authority, which is the server's own."""
        return self.folder / "certificate.pem"

    def admin(self) -> Any:
        """Return a connection that may change everything."""
        import ldap3

        server = ldap3.Server(HOST, port=self.port, connect_timeout=5, get_info=ldap3.NONE)
        return ldap3.Connection(server, ADMIN, PASSWORD, auto_bind=True, check_names=False)

    def settings(self, base: str = PEOPLE, **more: Any) -> dict[str, Any]:
        """Return the section LdapSettings for a tree of this server."""
        return {
            "Enable": True,
            "EnableSync": True,
            "LdapServer": HOST,
            "LdapPort": self.port,
            "BaseDN": base,
            "BindUsername": READER,
            "BindPassword": PASSWORD,
            "UserFilter": "(objectClass=inetOrgPerson)",
            "IdAttribute": "employeeNumber",
            "LoginIdAttribute": "uid",
            "UsernameAttribute": "uid",
            "EmailAttribute": "mail",
            "FirstNameAttribute": "givenName",
            "LastNameAttribute": "sn",
            "PositionAttribute": "title",
            **more,
        }

    def new_tree(self) -> "Tree":
        """Return an empty tree of a test's own."""
        return Tree(self, f"ou=tree{next(self._numbers)},{SUFFIX}")


class Tree:
    """An organisational unit in which a test adds, changes and removes people."""

    def __init__(self, server: LdapServer, base: str) -> None:
        self.server = server
        self.base = base
        self._connection = server.admin()
        self._do("add", base, "organizationalUnit", {})

    def settings(self, **more: Any) -> dict[str, Any]:
        """Return the section LdapSettings for this tree."""
        return self.server.settings(self.base, **more)

    def dn(self, uid: str) -> str:
        """Return the name of somebody's entry."""
        return f"uid={uid},{self.base}"

    def add(self, uid: str, **more: Any) -> str:
        """Add a person, with `PASSWORD`; return the name of the entry."""
        classes, values = person(uid)
        values = {**values, **more}
        self._do("add", self.dn(uid), classes, {name: value for name, value in values.items() if value != ""})
        return self.dn(uid)

    def add_entry(self, dn: str, classes: list[str], values: Values) -> None:
        """Add any entry."""
        self._do("add", dn, classes, values)

    def add_group(self, name: str, members: Iterable[str], **more: Any) -> str:
        """Add a group of these people (uids); return the name of the entry."""
        dn = f"cn={name},{self.base}"
        members = [self.dn(uid) for uid in members] or [self.base]
        self._do("add", dn, ["groupOfNames", "adThing"], {"member": members, "sAMAccountName": f"id-{name}", **more})
        return dn

    def change(self, uid: str, **values: Any) -> None:
        """Give a person other values; an empty one is taken away."""
        self.change_entry(self.dn(uid), **values)

    def change_entry(self, dn: str, **values: Any) -> None:
        """Give an entry other values."""
        from ldap3 import MODIFY_REPLACE

        changes = {
            name: [(MODIFY_REPLACE, value if isinstance(value, list) else [value] if value else [])]
            for name, value in values.items()
        }
        self._do("modify", dn, changes)

    def move(self, dn: str, name: str) -> None:
        """Give an entry another relative name."""
        self._do("modify_dn", dn, name)

    def remove(self, uid: str) -> None:
        """Remove a person."""
        self._do("delete", self.dn(uid))

    def _do(self, operation: str, *args: Any) -> None:
        assert getattr(self._connection, operation)(*args), (args, self._connection.result)


def person(uid: str) -> tuple[list[str], dict[str, Any]]:
    """Return classes and values of somebody's entry."""
    return ["inetOrgPerson", "adThing"], {
        "cn": uid,
        "sn": f"{uid.capitalize()}son",
        "givenName": uid.capitalize(),
        "mail": f"{uid}@example.org",
        "employeeNumber": f"id-{uid}",
        "title": "Clerk",
        "userPassword": PASSWORD,
    }


def generated_people(number: int) -> Iterable[tuple[str, list[str], Mapping[str, Any]]]:
    """Yield the entries of a directory with so many people, as dn, classes and values."""
    yield SUFFIX, ["dcObject", "organization"], {"dc": "example", "o": "Example"}
    yield READER, ["organizationalRole", "simpleSecurityObject"], {"cn": "reader", "userPassword": PASSWORD}
    yield PEOPLE, ["organizationalUnit"], {"ou": "people"}
    for index in range(number):
        uid = f"person{index:05d}"
        classes, values = person(uid)
        yield f"uid={uid},{PEOPLE}", classes, {"uid": uid, **values}


def ldif(entries: Iterable[tuple[str, list[str], Mapping[str, Any]]]) -> str:
    """Return entries in the form that slapadd reads."""
    blocks = []
    for dn, classes, values in entries:
        lines = [f"dn: {dn}", *(f"objectClass: {name}" for name in classes)]
        for name, value in values.items():
            lines += [f"{name}: {one}" for one in (value if isinstance(value, list) else [value])]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"
