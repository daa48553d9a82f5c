"""The HTTP door: one application with every room's routes, the error handler and the exported pages."""

import importlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.types import ASGIApp

from modelyard.doors.api import system, web
from modelyard.doors.api.cors import CrossOrigin
from modelyard.doors.api.errors import ErrorOut, Faults, PlainRefusals, add_error_handlers
from modelyard.doors.api.guards import RequestId, SecurityHeaders
from modelyard.doors.api.text import require_storable
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard

PREFIX = "/api/v1"
ROOMS = (
    "access",
    "data",
    "runs",
    "workflows",
    "models",
    "predictions",
    "endpoints",
    "llm",
    "chat",
    "experiments",
    "deploy",
)
"""In the order in which addresses are tried: `/endpoints/…/calls/export` of predictions before `…/calls/{call_id}`."""
HURRIED = ("endpoints.call_routes",)
"""Tried before all others: holding a request against every route takes a millisecond."""
BESIDE = (
    *("endpoints.public_routes", "endpoints.widget_routes", "models.checkpoint_routes"),
    *("chat.sessions.routes", "chat.sessions.public_routes"),
    *("chat.quality.routes", "chat.readers.routes", "chat.variants.routes"),
    *("chat.retrieving.routes", "endpoints.openai_routes", "deploy.bundles.routes"),
    "experiments.sharing.public_routes",
)
"""Routers of rooms that have more than one."""
_ERROR = {"$ref": "#/components/schemas/ErrorOut"}


class Door(FastAPI):
    """The framework's application with our guards outside of its own, so that every answer passes them."""

    def build_middleware_stack(self) -> ASGIApp:
        """Return the application with everything around it."""
        guarded = PlainRefusals(super().build_middleware_stack(), max_body_bytes=self.max_body_size or 0)
        return RequestId(SecurityHeaders(CrossOrigin(guarded)))

    def openapi(self) -> dict[str, Any]:
        """Return the description of the API; errors are JSON whatever a route answers else."""
        if self.openapi_schema is None:
            for operation in _operations(super().openapi()):
                if "4XX" in operation["responses"]:
                    told = operation["responses"]["4XX"].get("content", {}).get("application/json", {})
                    schema = told.get("schema", _ERROR)
                    operation["responses"]["4XX"]["content"] = {"application/json": {"schema": schema}}
        return super().openapi()


def _operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in description["paths"].values():
        yield from operations.values()


def create_app(settings: Settings | None = None, *, yard: Yard | None = None) -> FastAPI:
    """Return the application over `yard`, or over a yard opened from the settings when the server starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.yard = yard or Yard.open(settings or Settings())
        yield
        if yard is None:
            app.state.yard.close()

    stated = settings or (yard.settings if yard else Settings())
    app = Door(
        title="Modelyard",
        version=version("modelyard"),
        description="From data to a live model: datasets, workflows, runs, models, endpoints.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        max_body_size=stated.max_json_bytes,
        responses={"4XX": {"model": ErrorOut, "description": "What went wrong and what to do"}},
    )
    api = APIRouter(prefix=PREFIX, dependencies=[Depends(require_storable)])
    for module in (*HURRIED, *(f"{room}.routes" for room in ROOMS), *BESIDE):
        api.include_router(importlib.import_module(f"modelyard.{module}").router)
    api.include_router(system.router)
    app.include_router(api)
    app.include_router(system.probes)
    add_error_handlers(app, stated.copies)
    web.add_pages(app, stated)
    app.add_middleware(Faults)
    return app
