"""The composition root: one server in one process, wired together, started after the fork and stopped again."""

import logging
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, Final, TypeVar

import gevent
from gevent.lock import BoundedSemaphore

from hubbub import hookspecs
from hubbub.core.answered import tell_answered
from hubbub.core.bus import CONFIG_TOPIC, EVENTS_TOPIC, BusPort
from hubbub.core.cache import Caches
from hubbub.core.config import Config, ConfigStore
from hubbub.core.contracts.errors import Unavailable
from hubbub.core.contracts.realtime import Event, EventBus
from hubbub.core.database_watch import DatabaseWatch
from hubbub.core.db import Database, heartbeat, migrate, refuse_unfit
from hubbub.core.health import Health
from hubbub.core.hooks import Hooks
from hubbub.core.http import HttpApp, Router
from hubbub.core.loader import Find, discover
from hubbub.core.metrics import Metrics
from hubbub.core.outgoing import OutgoingHttp
from hubbub.core.plugin_http import PluginPages
from hubbub.core.plugins import PluginManager
from hubbub.core.ports import hub_ports, mfa_passed, sessions, version_id
from hubbub.core.realtime.encode import decode_event, encode_event, prepare
from hubbub.core.realtime.hub import Hub
from hubbub.core.realtime.ports import CONTROL_TOPIC
from hubbub.core.realtime.route import PATH, WebSocketRoute
from hubbub.core.services import Services
from hubbub.core.system import LIVENESS, SystemRoutes
from hubbub.core.tasks import Tasks

log = logging.getLogger("hubbub")
_T = TypeVar("_T")

CONFIG_POLL_S = 5.0
"""How often a worker looks whether config.json was changed by another program (seconds)."""

START_AGAIN_S: Final = 0.5
"""How long a start that failed speaks for those after it (seconds)."""

FINISH_REQUESTS_S: Final = 5.0
"""How long a stop waits for the requests in flight before it closes what they use (seconds)."""


class App:
    """A server: everything is built in the constructor, nothing is opened before `start`.

    The WSGI callable is `app.wsgi`; gunicorn builds the app before it forks, each worker calls `start` and `stop`.
    """

    def __init__(self, config_store: ConfigStore, *, find_plugins: Find = discover) -> None:
        self.config_store = config_store
        self.metrics = Metrics()
        self.health = Health()
        self.tasks = Tasks(self.metrics)
        self.db = Database(self.config.SqlSettings, self.config.data_directory)
        self.database_watch = DatabaseWatch(self.db, self.health, self.metrics, self.tasks)
        self.hooks = Hooks(hookspecs, submit=self._submit_after_commit)
        self.hooks.filter_by(lambda: self.config.MessageFilters)
        self.services = Services()
        self.outgoing = OutgoingHttp(lambda: self.config)
        self.bus = BusPort(self.metrics)
        self.caches = Caches(bus=self.bus, metrics=self.metrics, transactions=self.db)
        self.hub = Hub(hub_ports(self))
        self.router = Router()
        self.http = HttpApp(
            self.config_store,
            self.router,
            sessions=sessions(self),
            metrics=self.metrics,
            version_id=version_id(self),
            mfa_passed=lambda session: mfa_passed(self, session),
            tell_answered=tell_answered(self),
        )
        self.plugins = PluginManager(self, find_plugins)
        self.started = False
        self.stopping = False
        self.in_flight = 0
        self._starting = BoundedSemaphore(1)
        self._failure: tuple[float, Unavailable] | None = None
        self._from_peer = False
        core_routes = self.router.owned_by("core")
        SystemRoutes(self).register(core_routes)
        PluginPages(self).register(core_routes)
        core_routes.get(PATH, WebSocketRoute(self.hub).websocket, auth="optional", csrf=False, mfa=False)
        self.plugins.load_all()
        self.rebuild_routes()

    @property
    def config(self) -> Config:
        """The configuration as it is now."""
        return self.config_store.current

    def service(self, contract: type[_T]) -> _T:
        """Return the provider of a contract. Raises `ServiceError` when there is none."""
        return self.services.get(contract)

    # --- wiring that the plugin manager uses ---

    def contribute(self, plugin_id: str) -> None:
        """Have a plugin add its routes and WebSocket actions; a clash is raised."""
        self.hooks.contribute("register_routes", plugin_id, router=self.router.owned_by(plugin_id))
        self.hooks.contribute("register_websocket_actions", plugin_id, actions=self.hub.actions_of(plugin_id))

    def withdraw(self, plugin_id: str) -> None:
        """Take out what a plugin contributed."""
        self.router.remove_owner(plugin_id)
        self.hub.remove_actions_of(plugin_id)

    def rebuild_routes(self) -> None:
        """Have the routes that are declared now answer requests."""
        self.http.rebuild()

    def migrate(self) -> None:
        """Bring the database to what the plugins that are on need; safe in several processes at once.

        Raises `SchemaRefused` for a database that isn't such as Hubbub can work with, `MigrationFailed`.
        """
        plugins = self.plugins.migrations()
        refuse_unfit(self.db, plugins)
        migrate(self.db, plugins)
        heartbeat.prepare(self.db)

    def migrate_plugin(self, plugin_id: str) -> None:
        """Bring one plugin's tables up to date."""
        migrate(self.db, [entry for entry in self.plugins.migrations() if entry[0] == plugin_id])

    # --- life ---

    def start(self) -> None:
        """Open the database, join the other workers and begin to work. Once per process, after the fork.

        Raises `Unavailable` while the database can't be used; then nothing was started and it may be tried again.
        """
        if self.started:
            return
        with self._starting:
            if self.started:
                return
            if self._failure is not None and monotonic() - self._failure[0] < START_AGAIN_S:
                raise self._failure[1]  # whoever waited for the same attempt
            try:
                self.migrate()
            except BaseException as error:
                self.db.close()
                if isinstance(error, Unavailable):
                    self._failure = (monotonic(), error)
                raise
            self.started = True
            self.stopping = False
            self._begin()

    def _begin(self) -> None:
        self._start_bus()
        self.database_watch.start()
        self.tasks.start()
        self.hub.start()
        self.config_store.subscribe(self._config_changed)
        self.tasks.every(CONFIG_POLL_S, self.config_store.reload_if_changed, "config", owner="core")
        self.plugins.activate_all()
        self.health.ready = True

    def _start_bus(self) -> None:
        if self.services.owner_of(EventBus) is not None:
            self.bus.use(self.services.get(EventBus))
        self.bus.subscribe(EVENTS_TOPIC, lambda payload: self.hub.deliver(decode_event(payload)))
        self.bus.subscribe(CONTROL_TOPIC, self.hub.receive_control)
        self.bus.subscribe(CONFIG_TOPIC, lambda _payload: self._reload_for_peer())
        self.bus.on_reconnect(self._resynchronise)
        self.bus.start()

    def stop(self) -> None:
        """Stop gracefully: sockets get a close frame, requests and queued work are finished, all is closed.

        Takes seconds at most. Requests that come later are still answered, but start nothing again.
        """
        if not self.started or self.stopping:
            return
        self.stopping = True
        self.health.ready = False
        self.hub.stop()
        # Before the bus closes: what they change must reach the other workers' clients and caches.
        self._finish_requests()
        self.plugins.deactivate_all()
        self.tasks.stop()
        self.bus.stop()
        self.db.close()
        self.started = False

    def _finish_requests(self) -> None:
        deadline = monotonic() + FINISH_REQUESTS_S
        while self.in_flight and monotonic() < deadline:
            gevent.sleep(0.01)

    # --- events ---

    def publish(self, event: Event) -> None:
        """Send an event to clients in every worker; inside a transaction, after its commit."""
        self.db.after_commit(lambda: self._send(event))

    def _send(self, event: Event) -> None:
        wire = prepare(event)
        self.hub.deliver(wire)
        if self.bus.has_peers:
            self.bus.publish(EVENTS_TOPIC, encode_event(wire))

    def _submit_after_commit(self, run: Callable[..., object], *args: object) -> None:
        self.db.after_commit(lambda: self.tasks.submit(run, *args))

    def _resynchronise(self) -> None:
        """Messages of other workers were lost: what is cached may be old, and clients may have missed events."""
        self.caches.clear_here()
        self.hub.disconnect_all("messages of other workers were missed")

    # --- configuration ---

    def _reload_for_peer(self) -> None:
        self._from_peer = True
        try:
            self.config_store.reload()
        finally:
            self._from_peer = False

    def _config_changed(self, _old: Config, _new: Config) -> None:
        self.plugins.apply()
        self.hooks.tell("on_configuration_change")
        if not self._from_peer:
            self.bus.publish(CONFIG_TOPIC, b"{}")

    @property
    def wsgi(self) -> "WsgiApp":
        """The WSGI callable of this app."""
        return WsgiApp(self)


class WsgiApp:
    """What a WSGI server calls; `hubbub_app` lets our worker start and stop the app at the right moments."""

    def __init__(self, app: App) -> None:
        self.hubbub_app = app
        self._http = app.http

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request; a server that knows nothing of us has the app started by its first one."""
        app = self.hubbub_app
        if not app.started and not app.stopping and environ.get("PATH_INFO") != LIVENESS:
            try:
                app.start()
            except Unavailable as error:
                return self._http.refuse(error, start_response)
        app.in_flight += 1
        try:
            return self._http(environ, start_response)
        finally:
            app.bus.flush()
            app.in_flight -= 1


def create_app(config_store: ConfigStore, *, find_plugins: Find = discover) -> WsgiApp:
    """Build a server from its configuration. Raises `ConfigError`, `PluginError`.

    `find_plugins(config)` says which plugins there are; tests give their own.
    """
    return App(config_store, find_plugins=find_plugins).wsgi
