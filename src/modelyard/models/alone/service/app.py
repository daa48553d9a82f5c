"""The service over HTTP: what it is, calls."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI

from modelyard.endpoints.alone.visitors import CALLS_PER_MINUTE
from modelyard.endpoints.alone.web import counting, create_service, require_mine
from modelyard.models.alone.service.model import ServedModel
from modelyard.models.alone.service.shapes import About, Answered, Asked


def create_app(
    served: ServedModel, page: Path, *, origins: Sequence[str] = (), calls_per_minute: int = CALLS_PER_MINUTE
) -> FastAPI:
    """Return the service of one model; `page` is the folder of its page, `origins` whose pages may call it."""
    app = create_service(served.about.name, str(served.about.version), page, origins=origins)
    _add_calls(app, served, [Depends(counting(calls_per_minute))])
    return app


def _add_calls(app: FastAPI, served: ServedModel, limits: list[Any]) -> None:
    @app.get("/api/v1/public/endpoints/{endpoint_id}")
    def about(endpoint_id: str) -> About:
        """Tell what is served."""
        require_mine(endpoint_id, served.about.id)
        return served.about

    @app.get("/api/v1/about")
    def about_this() -> About:
        """Tell what is served, without knowing its id."""
        return served.about

    @app.post("/api/v1/calls", response_model=Answered, response_model_exclude_unset=True, dependencies=limits)
    def call(asked: Asked) -> Any:
        """Predict the rows of one call."""
        return served.answer(asked.inputs, explain=asked.explain)

    @app.post(
        "/api/v1/public/endpoints/{endpoint_id}/calls",
        response_model=Answered,
        response_model_exclude_unset=True,
        dependencies=limits,
    )
    def call_by_id(endpoint_id: str, asked: Asked) -> Any:
        """Predict the rows of one call, at the address that the yard has for it too."""
        require_mine(endpoint_id, served.about.id)
        return served.answer(asked.inputs, explain=asked.explain)
