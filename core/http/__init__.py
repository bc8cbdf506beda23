"""HTTP: routes of plugins, requests decoded, answers rendered, and everything that holds for every request."""

from hubbub.core.http.app import HttpApp
from hubbub.core.http.body import PayloadParseError
from hubbub.core.http.compression import accepts_gzip
from hubbub.core.http.cookies import clear_session_cookies, set_session_cookies
from hubbub.core.http.paging import PER_PAGE_DEFAULT, PER_PAGE_MAXIMUM, Page, parse_page
from hubbub.core.http.reply import NDJSON, OK, Reply, not_modified, redirect, stream
from hubbub.core.http.request import Request
from hubbub.core.http.routing import BadTemplate, Route, RouteClash, Router

__all__ = [
    "NDJSON",
    "OK",
    "PER_PAGE_DEFAULT",
    "PER_PAGE_MAXIMUM",
    "BadTemplate",
    "HttpApp",
    "Page",
    "PayloadParseError",
    "Reply",
    "Request",
    "Route",
    "RouteClash",
    "Router",
    "accepts_gzip",
    "clear_session_cookies",
    "not_modified",
    "parse_page",
    "redirect",
    "set_session_cookies",
    "stream",
]
