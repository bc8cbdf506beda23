"""What a Mattermost site may use, and which of it Hubbub, with the plugins that are on, does not do."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from hubbub.core.app import App

Offers = Callable[["Capabilities"], bool]


class Capabilities:
    """What the plugins that are on can do."""

    def __init__(self, app: "App") -> None:
        self._routes = {(route.method, _shape(route.template)) for route in app.router.routes}
        offers = [provider for offer in app.hooks.ask_all("register_auth_providers") for provider in offer]
        self.sign_in: frozenset[str] = frozenset(provider.id for provider in offers)
        self.plugins: frozenset[str] = frozenset(app.plugins.ids)

    def answers(self, method: str, path: str) -> bool:
        """Say whether an operation is there; `path` after /api/v4, its fields as {}."""
        return (method, _shape(f"/api/v4{path}")) in self._routes


def _shape(template: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", template)


def _answers(method: str, path: str) -> Offers:
    return lambda able: able.answers(method, path)


def _signs_in(service: str) -> Offers:
    return lambda able: service in able.sign_in


def _has(plugin: str) -> Offers:
    return lambda able: plugin in able.plugins


@dataclass(frozen=True)
class Feature:
    """Rows of `table` (those of `where`) that mean that a feature is in use; `effect` says what comes of it."""

    what: str
    table: str
    effect: str
    offered: Offers
    where: str = ""


_ALIVE: Final = "deleteat = 0"
_KEPT: Final = "they are kept and not shown"


def _accounts(service: str, name: str) -> Feature:
    return Feature(
        f"accounts that sign in with {name}", "users", "those people can't sign in; sessions they have go on",
        _signs_in(service), f"authservice = '{service}' AND {_ALIVE}",
    )  # fmt: skip


FEATURES: Final = (
    _accounts("ldap", "LDAP or Active Directory"),
    _accounts("saml", "SAML"),
    _accounts("gitlab", "GitLab"),
    _accounts("google", "Google"),
    _accounts("office365", "Microsoft 365"),
    _accounts("openid", "OpenID Connect"),
    Feature("accounts with a second factor", "users", "the factor can't be set up anew",
            _answers("POST", "/users/{}/mfa/generate"), f"mfaactive = true AND {_ALIVE}"),
    Feature("files", "fileinfo", "posts are shown without them", _answers("GET", "/files/{}"), _ALIVE),
    Feature("incoming webhooks", "incomingwebhooks", "what they send is refused", _answers("POST", "/hooks/incoming"),
            _ALIVE),
    Feature("outgoing webhooks", "outgoingwebhooks", "nothing is sent", _answers("POST", "/hooks/outgoing"), _ALIVE),
    Feature("slash commands", "commands", "they aren't known", _answers("POST", "/commands"), _ALIVE),
    Feature("bots", "bots", "they post with their tokens, but can't be managed", _answers("POST", "/bots"), _ALIVE),
    Feature("OAuth apps", "oauthapps", "they can't sign people in", _answers("POST", "/oauth/apps")),
    Feature("outgoing OAuth connections", "outgoingoauthconnections", _KEPT,
            _answers("POST", "/oauth/outgoing_connections")),
    Feature("custom emoji", "emoji", "they show as :name:", _answers("GET", "/emoji/{}"), _ALIVE),
    Feature("reactions", "reactions", _KEPT, _answers("POST", "/reactions"), "COALESCE(deleteat, 0) = 0"),
    Feature("followed threads", "threadmemberships", "the list of threads is missing; threads themselves are shown",
            _answers("GET", "/users/{}/teams/{}/threads"), "following = true"),
    Feature("drafts", "drafts", _KEPT, _answers("POST", "/drafts"), _ALIVE),
    Feature("scheduled posts", "scheduledposts", "they aren't sent", _answers("POST", "/posts/schedule"),
            "processedat = 0"),
    Feature("acknowledgements", "postacknowledgements", _KEPT, _answers("POST", "/users/{}/posts/{}/ack")),
    Feature("priorities of posts", "postspriority", _KEPT, _answers("POST", "/users/{}/posts/{}/ack")),
    Feature("reminders", "postreminders", "nobody is reminded", _answers("POST", "/users/{}/posts/{}/reminder")),
    Feature("bookmarks in channels", "channelbookmarks", _KEPT, _answers("POST", "/channels/{}/bookmarks"), _ALIVE),
    Feature("permission schemes", "schemes", "their members get the rights that the default roles give",
            _answers("GET", "/schemes"), _ALIVE),
    Feature("groups", "usergroups", "they can't be mentioned, and don't sync", _answers("GET", "/groups"), _ALIVE),
    Feature("servers to share channels with", "remoteclusters", "shared channels aren't kept in step",
            _answers("GET", "/remotecluster")),
    Feature("retention policies", "retentionpolicies", "nothing is deleted by them",
            _answers("GET", "/data_retention/policies")),
    Feature("compliance reports", "compliances", _KEPT, _answers("GET", "/compliance/reports")),
    Feature("terms of service", "termsofservice", "nobody is asked to accept them",
            _answers("GET", "/terms_of_service")),
    Feature("profile attributes", "propertyfields", _KEPT, _answers("POST", "/custom_profile_attributes/fields")),
    Feature("access control policies", "accesscontrolpolicies", "they don't restrict who may join",
            _answers("PUT", "/access_control_policies")),
    Feature("values of Mattermost's own plugins", "pluginkeyvaluestore", "those plugins don't run here",
            lambda _able: False),
)  # fmt: skip

CONFIGURED: Final[tuple[tuple[str, str, Any, str, Offers], ...]] = (
    ("LdapSettings", "Enable", True, "sign-in over LDAP", _signs_in("ldap")),
    ("SamlSettings", "Enable", True, "sign-in over SAML", _signs_in("saml")),
    ("GitLabSettings", "Enable", True, "sign-in with GitLab", _signs_in("gitlab")),
    ("GoogleSettings", "Enable", True, "sign-in with Google", _signs_in("google")),
    ("Office365Settings", "Enable", True, "sign-in with Microsoft 365", _signs_in("office365")),
    ("OpenIdSettings", "Enable", True, "sign-in with OpenID Connect", _signs_in("openid")),
    ("EmailSettings", "SendEmailNotifications", True, "notifications by mail", _has("mail_smtp")),
    ("EmailSettings", "SendPushNotifications", True, "push notifications", _has("push_notifications")),
    ("ClusterSettings", "Enable", True, "several hosts (workers of one host are joined)", _has("cluster_redis")),
    ("ElasticsearchSettings", "EnableIndexing", True, "searching with Elasticsearch", _has("search_elasticsearch")),
    ("MessageExportSettings", "EnableExport", True, "compliance export", _has("compliance")),
    ("FileSettings", "DriverName", "amazons3", "files in S3", _has("storage_s3")),
    ("DataRetentionSettings", "EnableMessageDeletion", True, "deleting old messages", _has("data_retention")),
)
"""Section, key, value, and what that turns on."""
