"""The client certificate: uploaded, used, removed."""

from pathlib import Path
from typing import Any

from hubbub.tests.services.ldap import PASSWORD, LdapServer, Tree
from hubbub.tests.services.smtp import make_certificate

FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def form(data: bytes, name: str = "certificate") -> bytes:
    """Return a form with a file."""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="../a.pem"\r\n\r\n'.encode()
    return head + data + b"\r\n--b--\r\n"


def test_a_directory_that_asks_for_a_certificate_gets_it(
    start: Any, own_ldap_server: LdapServer, tmp_path: Path
) -> None:
    # The directory trusts its own certificate; that is also what we show.
    config = own_ldap_server.folder / "slapd.conf"
    config.write_text(config.read_text().replace("TLSVerifyClient allow", "TLSVerifyClient demand"))
    own_ldap_server.restart()
    settings = own_ldap_server.settings(ConnectionSecurity="TLS", LdapPort=own_ldap_server.tls_port)
    extras = {"Plugins": {"auth_ldap": {"CertificateAuthorityFile": str(own_ldap_server.certificate)}}}
    server = start(settings, PluginSettings=extras)
    assert server.client().login("person00001", PASSWORD).status == 503
    for kind, file in (("public", "certificate.pem"), ("private", "key.pem")):
        data = (own_ldap_server.folder / file).read_bytes()
        server.admin.request("POST", f"/ldap/certificate/{kind}", form(data), headers=FORM, expect=200)
    server.client().login("person00001", PASSWORD, expect=200)
    folder = server.app.config_store.path.parent
    assert (folder / "ldap-private.key").stat().st_mode & 0o077 == 0
    server.admin.delete("/ldap/certificate/private", expect=200)
    assert not (folder / "ldap-private.key").exists()
    assert server.client().login("person00001", PASSWORD).status == 503


def test_what_is_no_certificate_is_refused_and_other_files_stay(start: Any, tree: Tree, tmp_path: Path) -> None:
    server = start(tree.settings())
    bob = server.sign_up("bob")
    make_certificate(tmp_path / "c.pem", tmp_path / "k.pem")
    certificate, key = (tmp_path / "c.pem").read_bytes(), (tmp_path / "k.pem").read_bytes()

    def upload(client: Any, kind: str, data: bytes, name: str = "certificate") -> Any:
        return client.request("POST", f"/ldap/certificate/{kind}", form(data, name), headers=FORM)

    assert upload(bob, "public", certificate).status == 403
    assert bob.delete("/ldap/certificate/public").status == 403
    for kind, data in (("public", key), ("private", certificate), ("public", b"x"), ("private", b"\xff" * 100)):
        refused = upload(server.admin, kind, data)
        assert (refused.status, refused.json["id"]) == (400, "api.admin.add_certificate.parseform.app_error")
        assert "PRIVATE" not in refused.body.decode()
    refused = upload(server.admin, "public", certificate, "other")
    assert refused.json["id"] == "api.admin.add_certificate.no_file.app_error"
    server.configure(LdapSettings={"PublicCertificateFile": str(tmp_path / "c.pem")})
    server.admin.delete("/ldap/certificate/public", expect=200)
    assert (tmp_path / "c.pem").exists()
