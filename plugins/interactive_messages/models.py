"""Table hb_interaction_keys."""

from hubbub.core.db import Table
from hubbub.core.db.fields import SmallInt, Varchar


class InteractionKeys(Table):
    """The one secret that signs trigger ids and seals cookies, the same in every worker."""

    id = SmallInt(primary_key=True)
    secret = Varchar(64)

    class Meta:
        table_name = "hb_interaction_keys"
