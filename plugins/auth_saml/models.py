"""The table hb_saml_assertions."""

from typing import ClassVar

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Varchar


class SamlAssertions(Table):
    """An assertion that was used; `id` is the SHA-256 of provider and id, `expires_at` in ms."""

    id = Varchar(64, primary_key=True)
    expires_at = BigInt()

    class Meta:
        table_name = "hb_saml_assertions"

    table_indexes: ClassVar = (Index("idx_hb_saml_assertions_expires_at", "expiresat"),)
