"""Every operation that works is asked by somebody who may, by somebody who may not, and by nobody."""

from typing import Final

import pytest

from hubbub.core.contracts.realtime import Broadcast
from hubbub.tests.meta.events import document
from hubbub.tests.meta.operations import LATER, STATES, listed, operations, refused, working
from hubbub.tests.meta.tree import ROOT
from hubbub.tests.walk.all_cases import AHEAD, CASES, ROUTES, WALK
from hubbub.tests.walk.answers import complaints
from hubbub.tests.walk.case import Case
from hubbub.tests.walk.world import World

ELSEWHERE: Final = {"ConnectWebSocket": "tests/core/realtime/test_sign_in.py"}
"""What can't be asked by a request alone, and the test that does it."""

each_case = pytest.mark.parametrize("case", WALK, ids=lambda case: case.operation)


def test_every_operation_that_works_is_in_the_walk() -> None:
    walked = {case.operation for case in WALK}
    missing = [
        f"{operation}: add a Case to tests/walk/cases/{ROUTES[operation.key]}.py"
        for operation in working(ROUTES)
        if operation.id not in walked and operation.id not in ELSEWHERE
    ]
    assert not missing, "\n".join(missing)
    assert all((ROOT / test).is_file() for test in ELSEWHERE.values())


def test_every_case_is_in_the_file_of_its_plugin() -> None:
    wrong = []
    for plugin, case in CASES:
        owner = ROUTES.get(operations()[case.operation].key, plugin)
        if owner != plugin:
            wrong.append(f"{case.operation} in tests/walk/cases/{plugin}.py belongs to {owner}")
    assert not wrong, "\n".join(wrong)


def test_a_case_that_is_ahead_is_of_an_operation_for_later() -> None:
    later = {name for name, found in listed().items() if found[0][0] == LATER}
    lost = [case.operation for case in AHEAD if case.operation not in later and not case.status]
    assert not lost, "no router answers these and nobody wants to: their cases can go"


def test_only_what_is_listed_as_refused_is_always_refused() -> None:
    wrong = [case.operation for case in WALK if (case.status >= 400) != refused(operations()[case.operation])]
    need_s3 = {"TestS3Connection", "GeneratePresignURLExport"}  # the plugins' own tests have one
    wrong = [name for name in wrong if name not in need_s3]
    assert not wrong, f"these are refused and not listed so in {STATES}, or the other way round"


@pytest.mark.engines("sqlite", "postgres", "mysql")
@each_case
def test_it_succeeds_and_answers_as_described(world: World, case: Case) -> None:
    operation = operations()[case.operation]
    answer = world.ask(case, case.who)
    wanted = case.status or operation.sent
    assert answer.status == wanted, f"{operation} was answered {answer}, not with {wanted}"
    if wanted < 300:
        wrong = complaints(operation, case, answer.headers.get("content-type", ""), answer.body)
        assert not wrong, f"{operation}: " + "; ".join(wrong) + f"\n{answer.body[:1500].decode(errors='replace')}"


def audience(broadcast: Broadcast) -> str:
    """Say who gets an event: the first of these that is set decides."""
    if broadcast.user_id or broadcast.connection_id:
        return "user"
    if broadcast.channel_id:
        return "channel"
    return "team" if broadcast.team_id else "all"


@each_case
def test_what_it_publishes_are_events_with_the_fields_that_clients_know(world: World, case: Case) -> None:
    world.ask(case, case.who)
    table = document()["events"]
    for event in world.new_events():
        assert event.name in table, f"{case.operation} publishes {event.name}, which no client knows"
        per_user = {key for fields in (event.per_user or {}).values() for key in fields}
        strange = {*event.data, *per_user} - set(table[event.name]["fields"].split())
        assert not strange, f"{event.name} of {case.operation} has fields that no client knows: {strange}"
        wanted = table[event.name]["to"].split()
        assert audience(event.broadcast) in wanted, (
            f"{event.name} of {case.operation} goes to {audience(event.broadcast)}, not to {' or '.join(wanted)}"
        )


@each_case
def test_an_outsider_is_refused(world: World, case: Case) -> None:
    operation = operations()[case.operation]
    answer = world.ask(case, "eve")
    assert answer.status == case.outsider, f"{operation} asked by an outsider: {answer}"


@each_case
def test_nobody_is_let_in_without_signing_in(world: World, case: Case) -> None:
    answer = world.ask(case, "")
    assert answer.status == case.nobody, f"{operations()[case.operation]} without a session: {answer}"


@each_case
def test_who_is_let_in_although_there_are_permissions_is_let_in_for_a_reason(case: Case) -> None:
    operation = operations()[case.operation]
    free = case.outsider < 400
    assert not (free and operation.permissions and not case.open_to_all), (
        f"{operation} needs {' or '.join(operation.permissions)}, yet outsiders may: say why in open_to_all"
    )
    assert case.nobody == 401 or operation.public, f"{operation} needs a session, yet its case lets nobody in without"
