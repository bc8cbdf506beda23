"""A push proxy of one's own, for teams that build their own mobile apps: `hubbub push-proxy`.

A program of its own: it needs neither this server's database nor its configuration, and owns no table.
"""

from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="push_proxy",
    version="0.1.0",
    name="Push proxy",
    summary="Passes push notifications on to Apple and Google for apps of your own",
)
