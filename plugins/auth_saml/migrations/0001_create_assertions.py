"""Create hb_saml_assertions."""

from hubbub.core.db import Migrator
from hubbub.plugins.auth_saml.models import SamlAssertions


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(SamlAssertions)
