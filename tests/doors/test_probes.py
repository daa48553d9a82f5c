"""Alive and ready: what a host asks, and what it is told when a part is missing."""

import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.runs.tables import Worker
from tests.conftest import application_over
from tests.postgres import PostgresForTests


def ready(yard: Yard) -> tuple[int, dict[str, str | None]]:
    with TestClient(application_over(yard)) as client:
        answer = client.get("/ready")
    body = answer.json()
    assert body["ok"] == (answer.status_code == 200) == all(part["ok"] for part in body["parts"].values())
    assert set(body["parts"]) == {"database", "migrations", "artifacts", "worker"}
    return answer.status_code, {name: part["why"] for name, part in body["parts"].items()}


def add_worker(yard: Yard) -> None:
    now = yard.clock()
    with yard.sessions.begin() as session:
        session.add(Worker(id="here", started_at=now, seen_at=now))


@pytest.mark.postgres
def test_a_yard_with_a_worker_is_ready(yard: Yard) -> None:
    add_worker(yard)
    assert ready(yard) == (200, {"database": None, "migrations": None, "artifacts": None, "worker": None})


def test_without_a_worker_it_says_how_to_start_one(yard: Yard) -> None:
    status, why = ready(yard)
    assert status == 503
    assert "modelyard worker" in str(why["worker"])
    assert why["database"] is why["migrations"] is why["artifacts"] is None


@pytest.mark.postgres
def test_a_database_behind_this_code_says_how_to_bring_it_up(yard: Yard) -> None:
    with yard.sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    status, why = ready(yard)
    assert status == 503
    assert "modelyard db upgrade" in str(why["migrations"])


def test_a_store_that_cannot_be_written_is_told_without_its_place(yard: Yard) -> None:
    folder = yard.settings.data / "artifacts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("a file where the folder should be")
    status, why = ready(yard)
    assert status == 503
    assert "FileExistsError" in str(why["artifacts"])
    assert str(yard.settings.data) not in str(why["artifacts"])


def test_alive_needs_no_database_and_ready_says_that_it_is_gone(
    postgres: PostgresForTests, postgres_url: str, tmp_path: Path
) -> None:
    yard = Yard.open(Settings(data=tmp_path, database_url=postgres.url_of("never_made")))
    with TestClient(application_over(yard)) as client:
        assert client.get("/health").json() == {"status": "ok"}
    status, why = ready(yard)
    assert status == 503
    assert why["artifacts"] is None
    for part in ("database", "migrations", "worker"):
        assert why[part] == "The database does not answer.", "and neither its address nor its user"
    yard.close()


def test_a_busy_writer_does_not_make_the_yard_unready(yard: Yard) -> None:
    with yard.sessions() as session:
        session.execute(text("UPDATE alembic_version SET version_num = version_num"))
        assert ready(yard)[1]["migrations"] is None


def test_health_does_no_input_or_output(tmp_path: Path) -> None:
    yard = Yard.open(Settings(data=tmp_path / "data"))
    shutil.rmtree(tmp_path / "data")
    with TestClient(application_over(yard)) as client:
        assert client.get("/health").status_code == 200
    assert not (tmp_path / "data").exists()
    yard.close()
