"""The operations on jobs, and who may do what with jobs of which kind."""

from typing import Any

import pytest

from hubbub.core.contracts.jobs import JobType
from hubbub.core.ids import new_id


def nothing(_data: dict[str, Any], _progress: Any) -> None:
    """Do the work of these tests."""


@pytest.fixture
def worker(make_worker: Any) -> Any:
    """Return a worker that begins no job, and knows two kinds."""
    worker = make_worker(
        JobType(name="data_retention", run=nothing),
        JobType(name="work", run=nothing, read_permission="get_analytics", manage_permission="manage_bots"),
    )
    worker.runner.stop()
    return worker


def test_jobs_are_created_found_and_cancelled(worker: Any) -> None:
    admin = worker.server.sign_up("admin")
    created = admin.post("/jobs", {"type": "work", "data": {"much": "yes"}})
    assert created.status == 201
    job = created.json
    assert (job["status"], job["progress"], job["data"], job["start_at"]) == ("pending", 0, {"much": "yes"}, 0)
    other = admin.post("/jobs", {"type": "data_retention"}).json
    assert admin.get(f"/jobs/{job['id']}").json == job
    assert {one["id"] for one in admin.get("/jobs").json} == {job["id"], other["id"]}
    assert [one["id"] for one in admin.get("/jobs?job_type=work&status=pending").json] == [job["id"]]
    assert admin.get("/jobs?job_type=work&status=success").json == []
    assert [one["id"] for one in admin.get("/jobs/type/data_retention").json] == [other["id"]]
    assert len(admin.get("/jobs?per_page=1&page=1").json) == 1
    assert admin.post(f"/jobs/{job['id']}/cancel").json == {"status": "OK"}
    assert admin.get(f"/jobs/{job['id']}").json["status"] == "canceled"
    assert admin.post(f"/jobs/{job['id']}/cancel").error == "jobs.request_cancellation.status.error"


@pytest.mark.engines("sqlite")
def test_a_status_is_changed_as_far_as_that_makes_sense(worker: Any) -> None:
    admin = worker.server.sign_up("admin")
    job = admin.post("/jobs", {"type": "work"}).json
    address = f"/jobs/{job['id']}/status"
    for status in ("success", "in_progress", "nonsense", "canceled"):
        assert admin.patch(address, {"status": status}).error == "api.job.status.invalid"
    assert admin.patch(address, {"status": "cancel_requested"}).status == 200
    assert worker.status(job["id"]) == "canceled"
    assert admin.patch(address, {"status": "pending"}).error == "api.job.status.invalid"
    assert admin.patch(address, {"status": "pending", "force": True}).json == {"status": "OK"}
    assert worker.status(job["id"]) == "pending"


@pytest.mark.engines("sqlite")
def test_what_there_is_not_is_named(worker: Any) -> None:
    admin = worker.server.sign_up("admin")
    assert admin.get(f"/jobs/{new_id()}").error == "app.job.get.app_error"
    assert admin.post("/jobs", {"type": "play"}).error == "api.job.unable_to_create_job.incorrect_job_type"
    assert admin.post("/jobs", {"type": "migrations"}).error == "model.job.is_valid.type.app_error"
    assert admin.get("/jobs/type/play").error == "api.job.retrieve.nopermissions"
    assert admin.get("/jobs?job_type=play").error == "api.job.retrieve.nopermissions"
    assert admin.get("/jobs?status=odd").error == "api.job.status.invalid"
    assert admin.post("/jobs", {"type": "work", "data": {"number": 1}}).status == 400


@pytest.mark.engines("sqlite")
def test_each_kind_has_permissions_of_its_own(worker: Any) -> None:
    admin, bob = worker.server.sign_up("admin"), worker.server.sign_up("bob")
    work = admin.post("/jobs", {"type": "work"}).json["id"]
    retention = admin.post("/jobs", {"type": "data_retention"}).json["id"]
    assert bob.get("/jobs").error == "api.context.permissions.app_error"
    assert (bob.get(f"/jobs/{work}").status, bob.get("/jobs/type/work").status) == (403, 403)
    assert admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_read_only_admin"}).status == 200
    assert {one["id"] for one in bob.get("/jobs").json} == {work, retention}
    assert bob.get(f"/jobs/{retention}").status == 200
    assert bob.post("/jobs", {"type": "data_retention"}).status == 403
    assert bob.post(f"/jobs/{retention}/cancel").status == 403
    assert bob.patch(f"/jobs/{retention}/status", {"status": "cancel_requested"}).status == 403
    role = admin.get("/roles/name/system_user").json
    assert admin.put(f"/roles/{role['id']}/patch", {"permissions": [*role["permissions"], "manage_bots"]}).status == 200
    assert bob.post("/jobs", {"type": "work", "data": {"by": "bob"}}).status == 201
    assert bob.post("/jobs", {"type": "data_retention"}).status == 403


@pytest.mark.engines("sqlite")
def test_consoles_are_told_which_kinds_there_are(worker: Any) -> None:
    admin, bob = worker.server.sign_up("admin"), worker.server.sign_up("bob")
    kinds = {one["type"]: one for one in admin.get("/hubbub/job_types").json}
    assert kinds["work"] == {"type": "work", "scheduled": False, "create": True}
    assert kinds["ldap_sync"]["create"] is False, "no plugin offers it here"
    assert bob.get("/hubbub/job_types").status == 403
    assert admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_read_only_admin"}).status == 200
    assert {"type": "data_retention", "scheduled": False, "create": False} in bob.get("/hubbub/job_types").json
