"""Carries events and cache invalidations between the workers of one host, over Unix sockets."""

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.realtime import EventBus

manifest = Manifest(
    id="cluster_local",
    version="0.1.0",
    name="Cluster on one host",
    summary="Events and cache invalidations between the workers of one host",
    provides=(EventBus,),
)
