"""Tables of the sidebar, as the schema has them."""

from peewee import CompositeKey

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Varchar


class SidebarCategories(Table):
    """Categories of a user's sidebar."""

    id = Varchar(128, primary_key=True)
    user_id = Id(null=True)
    team_id = Id(null=True)
    sort_order = BigInt(null=True)
    sorting = Varchar(64, null=True)
    type = Varchar(64, null=True)
    display_name = Varchar(64, null=True)
    muted = Bool(null=True)
    collapsed = Bool(null=True)

    class Meta:
        table_name = "sidebarcategories"

    table_indexes = (Index("idx_sidebarcategories_userid_teamid", "userid", "teamid"),)


class SidebarChannels(Table):
    """Which channel is in which category."""

    channel_id = Id()
    user_id = Id()
    category_id = Varchar(128)
    sort_order = BigInt(null=True)

    class Meta:
        table_name = "sidebarchannels"
        primary_key = CompositeKey("channel_id", "user_id", "category_id")

    table_indexes = (Index("idx_sidebarchannels_categoryid", "categoryid"),)
