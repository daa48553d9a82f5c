"""Fixtures of all tests: a yard on SQLite, or on a real PostgreSQL for tests marked `postgres`."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

# One thread a fit, here and in every child: OpenMP threads that spin on a busy machine make timings random.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(variable, "1")
# A child process starts sooner when it need not compile our modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
PLUGIN = str(Path(__file__).parent / "plugin")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [PLUGIN, os.environ.get("PYTHONPATH", "")]))
for variable in (
    "SPACE_ID",
    "RENDER",
    "DATABASE_URL",
    "HOST",
    "PORT",
    *(n for n in os.environ if n.startswith("MODELYARD_")),
):
    os.environ.pop(variable, None)

from modelyard.access.verbs import create_link, ensure_local_owner  # noqa: E402 — after the environment is clean
from modelyard.doors.api.app import create_app  # noqa: E402
from modelyard.kernel.context import ANONYMOUS, Actor, Context  # noqa: E402
from modelyard.kernel.logs import configure_logs  # noqa: E402
from modelyard.kernel.migrate import upgrade  # noqa: E402
from modelyard.kernel.settings import Settings  # noqa: E402
from modelyard.kernel.yard import Yard  # noqa: E402

pytest_plugins = ["tests.forks", "tests.postgres", "tests.terminal"]
configure_logs(as_json=True)
# On a busy machine no clock says whether an example is found too slowly; explaining a failure runs it a hundred times.
hypothesis.settings.register_profile(
    "tests",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    phases=set(hypothesis.Phase) - {hypothesis.Phase.explain},
    derandomize=os.environ.get("EXAMPLES") != "all",  # `make test` tries the same each time, `make test-long` new ones
)
hypothesis.settings.load_profile("tests")
gc.set_threshold(20_000, 20, 20)  # looked at a tenth as often as by default, what was imported is out of sight


def pytest_collection_finish() -> None:
    """Take what was imported and collected out of the garbage collector's sight: each look at it takes a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def frozen_imports() -> Iterator[None]:
    """Do the same with what the tests of a file imported; the product asks for collections after each fit."""
    yield
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `postgres` runs twice: on SQLite (`sqlite_long`: only in `make test-long`) and on PostgreSQL."""
    if "database_kind" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("postgres")
        on_sqlite = pytest.param("sqlite", marks=[pytest.mark.long] if mark and mark.kwargs.get("sqlite_long") else [])
        metafunc.parametrize("database_kind", [on_sqlite, *(["postgres"] if mark else [])], scope="session")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of an empty SQLite database at the newest schema: copied for each test."""
    settings = Settings(data=tmp_path_factory.mktemp("template"))
    upgrade(settings)
    return (settings.data / "modelyard.sqlite").read_bytes()


@pytest.fixture
def settings(tmp_path: Path, database_kind: str, request: pytest.FixtureRequest) -> Settings:
    """Settings with a data folder of this test's own and a migrated database."""
    if database_kind == "postgres":
        return Settings(data=tmp_path / "data", database_url=request.getfixturevalue("postgres_url"))
    settings = Settings(data=tmp_path / "data")
    settings.data.mkdir()
    (settings.data / "modelyard.sqlite").write_bytes(request.getfixturevalue("migrated_sqlite"))
    return settings


@pytest.fixture
def yard(settings: Settings) -> Iterator[Yard]:
    """A yard with a local owner."""
    yard = Yard.open(settings)
    with yard.context(ANONYMOUS) as ctx:
        ensure_local_owner(ctx)
    yield yard
    yard.close()


@pytest.fixture(scope="module")
def shared_yard(migrated_sqlite: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Yard, Actor]]:
    """A yard on SQLite and its owner for what the tests of one file read only: a model is trained once."""
    settings = Settings(data=tmp_path_factory.mktemp("shared"))
    (settings.data / "modelyard.sqlite").write_bytes(migrated_sqlite)
    yard = Yard.open(settings)
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    yield yard, owner
    yard.close()


@pytest.fixture
def owner(yard: Yard) -> Actor:
    """The local owner, who may do everything."""
    with yard.context(ANONYMOUS) as ctx:
        return ensure_local_owner(ctx)


@pytest.fixture
def ctx(yard: Yard, owner: Actor) -> Iterator[Context]:
    """A Context of the local owner; what it wrote is committed when the test ends.

    SQLite has one writer: a test that also executes runs opens `yard.context(owner)` around each verb instead.
    """
    with yard.context(owner) as context:
        yield context


def sign_in(yard: Yard, client: TestClient, email: str | None = None) -> None:
    """Sign a client in with a one-time link, as the local owner or somebody else, with the header that pages send."""
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    with yard.context(owner) as ctx:
        token = create_link(ctx, email=email)
    answer = client.post("/api/v1/auth/sign-in-link", json={"token": token})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]


@cache
def _application() -> FastAPI:
    return create_app(Settings())


def application_over(yard: Yard) -> FastAPI:
    """Return the application over a yard with the usual limits: one for all tests, for making its routes takes long.

    It serves the yard of the client that was opened last; a test with two yards at a time makes its own.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.yard = yard
        yield

    app = _application()
    app.router.lifespan_context = lifespan
    return app


@pytest.fixture
def anonymous(yard: Yard) -> Iterator[TestClient]:
    """A browser that is not signed in, before the whole application."""
    with TestClient(application_over(yard)) as client:
        yield client


@pytest.fixture
def client(yard: Yard) -> Iterator[TestClient]:
    """A browser signed in as the local owner."""
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        yield client
