"""Routes about the yard itself: alive, ready, which kinds there are."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import select

from modelyard.access.http import Ctx
from modelyard.kernel import migrate
from modelyard.kernel.context import ANONYMOUS
from modelyard.kernel.db import translated_database_errors
from modelyard.kernel.errors import ModelyardError, Unavailable
from modelyard.kernel.kinds import families
from modelyard.kernel.yard import Yard
from modelyard.runs.verbs import is_worker_alive

log = structlog.get_logger()
probes = APIRouter(tags=["system"])
router = APIRouter(tags=["system"])


class HealthOut(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class PartOut(BaseModel):
    """Whether one part works, or why not."""

    ok: bool
    why: str | None = None


class ReadyOut(BaseModel):
    """Whether the yard can work, part by part."""

    ok: bool
    parts: dict[str, PartOut]


class LimitsOut(BaseModel):
    """Limits worth knowing before trying."""

    max_upload_bytes: int
    max_columns: int


class SystemOut(BaseModel):
    """What this yard is."""

    version: str
    environment: str
    registration: Literal["open", "closed"]
    limits: LimitsOut


@probes.get("/health")
async def health() -> HealthOut:
    """Say that the process is alive; touches nothing else."""
    return HealthOut()


@probes.get("/ready", responses={503: {"model": ReadyOut}})
def ready(request: Request, response: Response) -> ReadyOut:
    """Say whether database, migrations, artifact store and worker are there, each with the reason when not."""
    yard: Yard = request.app.state.yard
    parts = {
        "database": _part(lambda: _require_database(yard)),
        "migrations": _part(lambda: _require_head(yard)),
        "artifacts": _part(yard.artifacts.probe),
        "worker": _part(lambda: _require_worker(yard)),
    }
    is_ok = all(part.ok for part in parts.values())
    response.status_code = 200 if is_ok else 503
    return ReadyOut(ok=is_ok, parts=parts)


def _part(probe: Callable[[], object]) -> PartOut:
    try:
        with translated_database_errors():
            probe()
    except ModelyardError as error:
        return PartOut(ok=False, why=error.message)
    except Exception as error:
        # Whatever is wrong is the answer; anybody may read it, so addresses and paths go to the log only.
        log.warning("not ready", exc_info=error)
        why = (error.strerror or "") if isinstance(error, OSError) else "the server's log says more"
        return PartOut(ok=False, why=f"{type(error).__name__}: {why}")
    return PartOut(ok=True)


def _require_database(yard: Yard) -> None:
    with yard.readers() as session:
        session.execute(select(1))


def _require_head(yard: Yard) -> None:
    current, needed = migrate.current(yard.engine), migrate.head()
    if current != needed:
        raise Unavailable(f"the database is at {current}, this code needs {needed}: run `modelyard db upgrade`")


def _require_worker(yard: Yard) -> None:
    with yard.context(ANONYMOUS, writes=False) as ctx:
        if not is_worker_alive(ctx):
            raise Unavailable("no worker was seen in the last 30 seconds: start one with `modelyard worker`")


@router.get("/kinds")
def list_kinds(
    ctx: Ctx,
    family: Annotated[str, Query(max_length=200, description="Families, with commas between; empty: all.")] = "",
) -> dict[str, list[dict[str, Any]]]:
    """Return the cards of every kind, by family: the palette and all forms come from here."""
    ctx.require("account:read")
    wanted = set(family.split(",")) if family else set(families())
    return {name: found.cards() for name, found in families().items() if name in wanted}


@router.get("/system")
def describe_system(request: Request) -> SystemOut:
    """Say what this yard is; needs no sign-in."""
    settings = request.app.state.yard.settings
    limits = LimitsOut(max_upload_bytes=settings.max_upload_bytes, max_columns=settings.max_columns)
    registration: Literal["open", "closed"] = "open" if settings.is_registration_open else "closed"
    return SystemOut(
        version=version("modelyard"), environment=settings.environment, registration=registration, limits=limits
    )
