"""The HTTP door: one application with every room's routes, the error handler and the exported pages."""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import APIRouter, Depends, FastAPI

from modelyard.doors.api import system, web
from modelyard.doors.api.errors import ErrorOut, Faults, add_error_handlers
from modelyard.doors.api.guards import RequestId, SecurityHeaders
from modelyard.doors.api.text import require_storable
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard

PREFIX = "/api/v1"
ROOMS = ("access", "data", "runs", "workflows", "models", "endpoints")
MAX_BODY_BYTES = 16 * 1024**2
"""Largest request body but for uploads, which stream to disk and state a limit of their own."""


def create_app(settings: Settings | None = None, *, yard: Yard | None = None) -> FastAPI:
    """Return the application over `yard`, or over a yard opened from the settings when the server starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.yard = yard or Yard.open(settings or Settings())
        yield
        if yard is None:
            app.state.yard.close()

    app = FastAPI(
        title="Modelyard",
        version=version("modelyard"),
        description="From data to a live model: datasets, workflows, runs, models, endpoints.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        max_body_size=MAX_BODY_BYTES,
        responses={"4XX": {"model": ErrorOut, "description": "What went wrong and what to do"}},
    )
    api = APIRouter(prefix=PREFIX, dependencies=[Depends(require_storable)])
    for room in ROOMS:
        api.include_router(importlib.import_module(f"modelyard.{room}.routes").router)
    api.include_router(system.router)
    app.include_router(api)
    app.include_router(system.probes)
    add_error_handlers(app)
    web.add_pages(app, settings or (yard.settings if yard else Settings()))
    app.add_middleware(Faults)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestId)
    return app
