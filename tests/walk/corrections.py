"""Where the published description is wrong or silent about answers: what that server really sends is different."""

from typing import Any, Final

ANSWERS: Final[dict[str, str]] = {
    # described as a list or as a single one of it, the other way round
    "GetFlaggedPostsForUser": "PostList",
    "GetServerLimits": "ServerLimits",
    "GetSidebarCategoriesForTeamForUser": "OrderedSidebarCategories",
    "UpdateSidebarCategoriesForTeamForUser": "[SidebarCategoryWithChannels]",
    # described without the channels that it has
    "CreateSidebarCategoryForTeamForUser": "SidebarCategoryWithChannels",
    "GetSidebarCategoryForTeamForUser": "SidebarCategoryWithChannels",
    "UpdateSidebarCategoryForTeamForUser": "SidebarCategoryWithChannels",
    "GetEmojiList": "[Emoji]",
    "AutocompleteEmoji": "[Emoji]",
    "GetGroupsByTeam": "GroupPage",
    "GetGroupsByChannel": "GroupPage",
    # described as somebody else
    "GetEmojisByNames": "[Emoji]",
    # described with its list as a text
    "ListOutgoingOAuthConnections": "[OutgoingOAuthConnection]",
    "CreateOutgoingOAuthConnection": "OutgoingOAuthConnection",
    "GetOutgoingOAuthConnection": "OutgoingOAuthConnection",
    "UpdateOutgoingOAuthConnection": "OutgoingOAuthConnection",
    # described as the thing that is gone
    "RemoveSidebarCategoryForTeamForUser": "StatusOK",
    "DeleteEmoji": "StatusOK",
    # described without the teams' names that it has
    "SearchAllChannels": "ChannelsWithCount",
    # not described at all
    "PublishUserTyping": "StatusOK",
    "UpdateUserCustomStatus": "StatusOK",
    "UnsetUserCustomStatus": "StatusOK",
    "RemoveRecentCustomStatus": "StatusOK",
    "PostUserRecentCustomStatusDelete": "StatusOK",
    "RevokeSessionsFromAllUsers": "StatusOK",
    "ResetPasswordFailedAttempts": "StatusOK",
    "GetClientConfig": "Texts",
    "GetClientLicense": "Texts",
    "GetRedirectLocation": "Texts",
    "GetAnalyticsOld": "[AnalyticsRow]",
    "ListImports": "[Text]",
    "DeleteImport": "StatusOK",
    "ListExports": "[Text]",
    "DeleteExport": "StatusOK",
    "GetChannelsMemberCount": "Numbers",
    "ReadMultipleChannels": "ChannelViewResponse",
    "GetPostInfo": "PostInfo",
    # described as a map, which would lose the order that is asked for
    "GetPostsForReporting": "PostReport",
    "GetEditHistoryForPost": "[Post]",
    "SearchPostsInAllTeams": "PostListWithSearchMatches",
    "GetUserThread": "UserThread",
    "UpdateThreadsReadForUser": "StatusOK",
    "UpdateThreadReadForUser": "UserThread",
    "SetThreadUnreadByPostId": "UserThread",
    "StopFollowingThread": "StatusOK",
    "StartFollowingThread": "StatusOK",
    "UpsertDraft": "Draft",
    "GetDrafts": "[Draft]",
    "DeleteDraft": "StatusOK",
    "DeleteThreadDraft": "StatusOK",
    "CreateGroup": "Group",
    "GetChannelMemberCountsByGroup": "[ChannelMemberCountByGroup]",
    "TeamMembersMinusGroupMembers": "UserPage",
    "ChannelMembersMinusGroupMembers": "UserPage",
}
"""Operation → the record that is answered (`[Post]`: a list of it)."""

_TEXT: Final = {"type": "string"}
_BOOLEAN: Final = {"type": "boolean"}
_NUMBER: Final = {"type": "integer"}
_CATEGORIES: Final = {"type": "array", "items": {"$ref": "#/components/schemas/SidebarCategoryWithChannels"}}
_CHANNELS: Final = {"type": "array", "items": {"$ref": "#/components/schemas/ChannelWithTeamData"}}


def _page_of(field: str, record: str, total: str) -> dict[str, Any]:
    """Return the schema of an object with records and how many there are in all."""
    records = {"type": "array", "items": {"$ref": f"#/components/schemas/{record}"}}
    return {"type": "object", "properties": {field: records, total: _NUMBER}, "required": [field, total]}


SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "Anything": {"type": "object"},
    "GroupPage": _page_of("groups", "GroupWithSchemeAdmin", "total_group_count"),
    # null for a group that isn't linked
    "LDAPGroup": {
        "properties": {
            "name": _TEXT,
            "primary_key": _TEXT,
            "mattermost_group_id": {"type": ["string", "null"]},
            "has_syncables": {"type": ["boolean", "null"]},
        }
    },
    "UserPage": _page_of("users", "UserWithGroups", "total_count"),
    "OutgoingOAuthConnection": {
        "properties": {
            **dict.fromkeys(
                "id creator_id name oauth_token_url grant_type client_id credentials_username".split(), _TEXT
            ),
            **dict.fromkeys(("create_at", "update_at"), _NUMBER),
            "audiences": {"type": "array", "items": _TEXT},
        },
        "required": "id creator_id create_at update_at name oauth_token_url grant_type audiences".split(),
    },
    "Text": _TEXT,
    "Texts": {"type": "object", "additionalProperties": _TEXT},
    "Numbers": {"type": "object", "additionalProperties": _NUMBER},
    "EmailInviteWithError": {"properties": {"email": _TEXT, "error": {"type": ["object", "null"]}}},
    "AccessResponse": {
        "properties": {
            **dict.fromkeys(("access_token", "token_type", "scope", "refresh_token", "id_token"), _TEXT),
            "expires_in": _NUMBER,
        },
        "required": ["access_token", "token_type", "expires_in"],
    },
    "AnalyticsRow": {"properties": {"name": _TEXT, "value": {"type": "number"}}},
    "ChannelsWithCount": {"properties": {"channels": _CHANNELS, "total_count": _NUMBER}},
    "ChannelViewResponse": {
        "properties": {"status": _TEXT, "last_viewed_at_times": {"type": "object", "additionalProperties": _NUMBER}}
    },
    "PostReport": {
        "properties": {
            "posts": {"type": "array", "items": {"$ref": "#/components/schemas/Post"}},
            "next_cursor": {"properties": {"cursor": _TEXT}},
        },
        "required": ["posts"],
    },
    "PostInfo": {
        "properties": {
            **dict.fromkeys("channel_id channel_type channel_display_name team_id team_type".split(), _TEXT),
            "has_joined_channel": _BOOLEAN,
            "has_joined_team": _BOOLEAN,
        }
    },
}
"""Records that the description lacks."""

TYPES: Final[dict[str, dict[str, Any]]] = {
    "PluginStatus.state": _NUMBER,  # described by the names of the states
    "OrderedSidebarCategories.categories": _CATEGORIES,  # described without their channels
}
"""Record and field → the field's schema."""

LEFT_OUT: Final = {
    "Session.team_members": "the memberships of whom the session is of: no client reads them there",
}
"""Record and field → why an answer of ours may be without it."""
