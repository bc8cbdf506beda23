"""Tables of the LDAP plugin."""

from hubbub.core.db import Table
from hubbub.core.db.fields import Id, Varchar


class LdapPictures(Table):
    """Which picture of the directory an account has: its SHA-256."""

    user_id = Id(primary_key=True)
    digest = Varchar(64)

    class Meta:
        table_name = "hb_ldappictures"
