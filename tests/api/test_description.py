"""Requests made from the published description of the API by schemathesis: answered, never broken."""

from collections.abc import Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from hubbub.core.testing import LiveServer
from hubbub.core.testing.client import Answer
from hubbub.tests.api.kit import World, answered_operations, judge

EXAMPLES = 4
"""Requests per operation: with good values, and with values that break the description."""

# They change how the server runs: what comes after them would test another server.
SPARED = ("UpdateConfig", "PatchConfig", "SetServerBusy", "RevokeSessionsFromAllUsers")

schema = schemathesis.openapi.from_dict(answered_operations()).exclude(operation_id=list(SPARED))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    config = {
        "ServiceSettings": {"MaximumLoginAttempts": 1_000_000},
        "LogSettings": {"ConsoleLevel": "ERROR"},
    }
    with LiveServer(config, workers=1) as server:
        yield World(server)


@pytest.fixture(scope="module")
def connection() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False  # no proxy between us and our own server
        yield session


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_each_operation(case: schemathesis.Case, world: World, connection: requests.Session) -> None:
    for parameter, value in list(case.path_parameters.items()):
        if len(str(value)) % 2 and parameter in world.ids:  # half of the requests are about things that exist
            case.path_parameters[parameter] = world.ids[parameter]
    if world.admin.get("/users/me").status != 200:
        world.repair()
    headers = {"Authorization": f"Bearer {world.admin.token}"}
    response = case.call(base_url=world.server.url, headers=headers, session=connection)
    received = [(name, value[0]) for name, value in response.headers.items()]
    wrong = judge(Answer(response.status_code, received, response.content))
    assert not wrong, f"{case.as_curl_command()}\n{wrong}"
