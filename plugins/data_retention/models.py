"""Tables of policies for teams and channels, as the schema has them."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id, Varchar


class RetentionPolicies(Table):
    """One row per policy; `post_duration` is in days, -1 for ever."""

    id = Id(primary_key=True)
    display_name = Varchar(64, null=True)
    post_duration = BigInt(null=True)

    class Meta:
        table_name = "retentionpolicies"

    table_indexes = (Index("idx_retentionpolicies_displayname", "displayname"),)


class RetentionPoliciesChannels(Table):
    """Which policy a channel has."""

    policy_id = Id(null=True)
    channel_id = Id(primary_key=True)

    class Meta:
        table_name = "retentionpolicieschannels"

    table_indexes = (Index("idx_retentionpolicieschannels_policyid", "policyid"),)


class RetentionPoliciesTeams(Table):
    """Which policy a team's channels have, unless they have one of their own."""

    policy_id = Id(null=True)
    team_id = Id(primary_key=True)

    class Meta:
        table_name = "retentionpoliciesteams"

    table_indexes = (Index("idx_retentionpoliciesteams_policyid", "policyid"),)
