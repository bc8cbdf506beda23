"""Tables teams and teammembers, as the schema has them."""

from peewee import CompositeKey

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, EnumField, Id, Varchar


class Teams(Table):
    """Teams."""

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    display_name = Varchar(64, null=True)
    name = Varchar(64, null=True)
    description = Varchar(255, null=True)
    email = Varchar(128, null=True)
    type = EnumField("team_type", ("I", "O"), null=True)
    company_name = Varchar(64, null=True)
    allowed_domains = Varchar(1000, null=True)
    invite_id = Varchar(32, null=True)
    scheme_id = Id(null=True)
    allow_open_invite = Bool(null=True)
    last_team_icon_update = BigInt(null=True)
    group_constrained = Bool(null=True)
    cloud_limits_archived = Bool(db_default=False)

    class Meta:
        table_name = "teams"

    table_indexes = (
        Index("idx_teams_create_at", "createat"),
        Index("idx_teams_delete_at", "deleteat"),
        Index("idx_teams_invite_id", "inviteid"),
        Index("idx_teams_scheme_id", "schemeid"),
        Index("idx_teams_update_at", "updateat"),
        Index("teams_name_key", "name", constraint=True),
    )


class TeamMembers(Table):
    """Who belongs to which team; a row stays when somebody leaves (delete_at)."""

    team_id = Id()
    user_id = Id()
    roles = Varchar(256, null=True)
    delete_at = BigInt(null=True)
    scheme_user = Bool(null=True)
    scheme_admin = Bool(null=True)
    scheme_guest = Bool(null=True)
    create_at = BigInt(null=True, db_default=0)

    class Meta:
        table_name = "teammembers"
        primary_key = CompositeKey("team_id", "user_id")

    table_indexes = (
        Index("idx_teammembers_createat", "createat"),
        Index("idx_teammembers_delete_at", "deleteat"),
        Index("idx_teammembers_user_id", "userid"),
    )
