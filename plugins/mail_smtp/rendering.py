"""A mail as HTML and as plain text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from hubbub.core.contracts.mail import Mail
from hubbub.plugins.mail_smtp.catalog import new_languages, words_of

FOLDER: Final = Path(__file__).parent / "templates"
NAMES: Final = ("mail.html", "mail.txt")
_PREVIEW: Final = 120


class Rendered(msgspec.Struct, frozen=True):
    """What a mail says."""

    subject: str
    html: str
    text: str
    language: str


class Renderer:
    """Fills the templates, once `prepare` has been called."""

    def __init__(self) -> None:
        self._templates: dict[str, Any] = {}
        self._languages = new_languages()

    def render(self, mail: Mail, config: Any, settings: Any) -> Rendered:
        """Return a mail in its reader's language; `settings` are EmailSettings."""
        name = self._languages.best(mail.locale, config.LocalizationSettings.DefaultServerLocale)
        site, support = config.TeamSettings.shown_site_name, config.SupportSettings.SupportEmail
        words = words_of(self._languages, mail, name, {**mail.values, "site": site})
        frame = self._languages.get(name).frame
        shown: Mapping[str, Any] = {
            "language": name,
            "words": words,
            "frame": frame,
            "preview": " ".join(words.text.split())[:_PREVIEW],
            "items": mail.items,
            "link": _web(mail.link),
            "footer": mail.footer,
            "site": site,
            "site_url": _web(config.ServiceSettings.SiteURL),
            "sent_by": frame.sent_by.format(site=site),
            "support": support,
            "help": frame.help.format(support=support),
            "organization": settings.FeedbackOrganization,
        }
        html, text = (self._templates[name].render(shown) for name in NAMES)
        return Rendered(words.subject, html, text, name)

    @property
    def is_ready(self) -> bool:
        """Whether the templates are read."""
        return bool(self._templates)

    def prepare(self) -> None:
        """Load Jinja2 and the templates: a tenth of a second, so in a thread."""
        environment = _new_environment()
        self._templates = {name: environment.get_template(name) for name in NAMES}


def _new_environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
    from markupsafe import Markup, escape

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        # SECURITY: names and messages of people are in there.
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        auto_reload=False,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        paragraphs=lambda text: [part.strip() for part in text.split("\n\n") if part.strip()],
        lines=lambda text: Markup("<br>").join(escape(line) for line in text.splitlines()),
        quoted=lambda text: "\n".join(f"> {line}".rstrip() for line in text.splitlines()),
    )
    return environment


def _web(link: str) -> str:
    """Return a link that a browser opens as a page, "" for any other."""
    return link if link.startswith(("https://", "http://")) else ""
