"""The client certificate and its key, which some directories ask for."""

from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http.certificates import BadCertificate, CertificateFile, CertificateFiles


def client_files(context: PluginContext) -> CertificateFiles:
    """Return what keeps the two files of LdapSettings."""
    public = CertificateFile(
        kind="public",
        setting="PublicCertificateFile",
        name="ldap-public.crt",
        check=_checked_certificate,
        add=Permission.ADD_LDAP_PUBLIC_CERT,
        remove=Permission.REMOVE_LDAP_PUBLIC_CERT,
    )
    private = CertificateFile(
        kind="private",
        setting="PrivateKeyFile",
        name="ldap-private.key",
        check=_checked_key,
        add=Permission.ADD_LDAP_PRIVATE_CERT,
        remove=Permission.REMOVE_LDAP_PRIVATE_CERT,
    )
    return CertificateFiles(context, "LdapSettings", (public, private))


def _checked_certificate(data: bytes) -> bytes:
    from cryptography import x509

    try:
        x509.load_pem_x509_certificates(data)
    except ValueError:
        raise BadCertificate(reason="it holds no X.509 certificate as PEM") from None
    return data


def _checked_key(data: bytes) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadCertificate(reason="it holds no private key as PEM without a password") from None
    return data
