"""Requests to other servers, in one place: where they may go, how long they may take, how much is read."""

from hubbub.core.outgoing.client import OutgoingHttp

__all__ = ["OutgoingHttp"]
