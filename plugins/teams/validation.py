"""Which teams are valid: names, lengths, domains."""

import re
from typing import Final

from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.teams import Team

RESERVED: Final = tuple(
    "admin api channel claim error files help landing login mfa oauth plug plugins post signup boards playbooks".split()
)
"""A name that begins with one of these would hide a path of the server."""
_NAME = re.compile(r"[a-z0-9]+([a-z\-0-9]+|(__)?)[a-z0-9]+").fullmatch
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+").fullmatch


class InvalidTeam(BadRequest):
    id = "model.team.is_valid.name.app_error"
    message = "The team is not valid."


def check_name(name: str) -> None:
    """Raise `InvalidTeam` for a URL name that can't be had."""
    if not 2 <= len(name.encode()) <= 64:
        raise InvalidTeam("A team's URL name has 2 to 64 characters.", id="model.team.is_valid.url.app_error")
    if name.startswith(RESERVED):
        raise InvalidTeam(
            "{name} can't be a team's URL name: it begins like a page of the server.",
            id="model.team.is_valid.reserved.app_error",
            name=name,
        )
    if not _NAME(name):
        raise InvalidTeam(
            "A team's URL name consists of lower-case letters, digits and dashes, and begins and ends with a letter"
            " or digit.",
            id="model.team.is_valid.characters.app_error",
        )


def check(team: Team) -> None:
    """Raise `InvalidTeam` naming what is wrong."""
    check_name(team.name)
    if not len(team.display_name.strip()) >= 1 or len(team.display_name) > 64:
        raise InvalidTeam("A team's name has 1 to 64 characters.", id="model.team.is_valid.name.app_error")
    for field, limit in (("description", 255), ("company", 64), ("domains", 500), ("email", 128)):
        value = {
            "description": team.description,
            "company": team.company_name,
            "domains": team.allowed_domains,
            "email": team.email,
        }[field]
        if len(value.encode()) > limit:
            raise InvalidTeam(
                "The team's {field} takes more than {limit} bytes.",
                id=f"model.team.is_valid.{field}.app_error",
                field=field,
                limit=limit,
            )
    if team.email and not _EMAIL(team.email):
        raise InvalidTeam("The team's e-mail address is not valid.", id="model.team.is_valid.email.app_error")
    if team.type not in ("O", "I"):
        raise InvalidTeam("A team's type is O (open) or I (by invitation).", id="model.team.is_valid.type.app_error")


def domain_allowed(email: str, allowed_domains: str) -> bool:
    """Say whether an address belongs to one of the domains (separated by commas or spaces; none: all do)."""
    found = domains(allowed_domains)
    return not found or any(email.lower().endswith("@" + domain) for domain in found)


def domains(text: str) -> list[str]:
    """Return the domains of a text in which commas or spaces separate them."""
    return text.lower().replace("@", " ").replace(",", " ").split()
