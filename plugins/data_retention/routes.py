"""The operation that tells clients what is deleted."""

from hubbub.core.http import Request, Router
from hubbub.plugins.data_retention.service import GlobalPolicy, Retention


class RetentionRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, retention: Retention) -> None:
        self._retention = retention

    def register(self, router: Router) -> None:
        """Declare the route."""
        router.get("/api/v4/data_retention/policy", self.policy)

    def policy(self, _req: Request) -> GlobalPolicy:
        """GET /data_retention/policy, for everybody who is signed in."""
        return self._retention.policy()
