"""HTTP of the models room."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse, PlainTextResponse
from starlette.background import BackgroundTask

from modelyard.access.http import Ctx
from modelyard.models import deletion, verbs, versions
from modelyard.models.bundle.verbs import fetch_bundle
from modelyard.models.card import card
from modelyard.models.charts.theme import Theme
from modelyard.models.comparing import verbs as comparing
from modelyard.models.comparing.schemas import ComparisonOut, PairedOut
from modelyard.models.comparing.text import as_csv
from modelyard.models.pictures import MEDIA_TYPES, PictureFormat, chart_picture
from modelyard.models.schemas import (
    ChartOut,
    DependentsOut,
    LineageOut,
    LineagePage,
    ModelChange,
    ModelOut,
    ModelPage,
    ModelSummary,
    PromotionIn,
    ThresholdsOut,
    VersionsOut,
)
from modelyard.models.thresholds import thresholds_of

router = APIRouter(prefix="/models", tags=["models"])

Ids = Annotated[str, Query(max_length=1000, description="Ids with commas.")]


@router.get("")
def list_models(
    ctx: Ctx,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> ModelPage:
    """List models, newest first."""
    rows = verbs.list_models(ctx, search=search, limit=limit + 1, cursor=cursor)
    items = [ModelSummary.of(row) for row in rows[:limit]]
    return ModelPage(items=items, next=items[-1].id if len(rows) > limit else None)


@router.get("/compare")
def compare_models(ctx: Ctx, ids: Ids) -> ComparisonOut:
    """Set models side by side: metrics with the best marked, and what differs between them."""
    return ComparisonOut.of(comparing.compare_models(ctx, _named(ids)))


@router.get("/compare/paired")
def compare_paired(
    ctx: Ctx,
    ids: Ids,
    against: Annotated[str | None, Query(max_length=32, description="Compared with; empty: the first.")] = None,
) -> list[PairedOut]:
    """Compare each model with one of them on the same test rows: each metric's difference with its interval."""
    return [PairedOut.of(each) for each in comparing.paired_tests(ctx, _named(ids), against=against)]


@router.get("/compare/charts")
def compare_charts(ctx: Ctx, ids: Ids) -> list[ChartOut]:
    """Draw the models on the same axes."""
    return [ChartOut.model_validate(each.model_dump()) for each in comparing.overlaid_charts(ctx, _named(ids))]


@router.get("/compare.csv", response_class=PlainTextResponse)
def compare_as_csv(ctx: Ctx, ids: Ids) -> PlainTextResponse:
    """Return the metrics of the models as CSV: one line per metric and model, with every digit."""
    return PlainTextResponse(as_csv(comparing.compare_models(ctx, _named(ids))), media_type="text/csv")


@router.get("/lineages")
def list_lineages(
    ctx: Ctx,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> LineagePage:
    """List models with all versions as one, the last trained first."""
    found = versions.list_lineages(ctx, search=search, limit=limit + 1, cursor=cursor)
    items = [LineageOut.of(item) for item in found[:limit]]
    return LineagePage(items=items, next=items[-1].newest.id if len(found) > limit else None)


@router.get("/{model_id}")
def get_model(ctx: Ctx, model_id: str) -> ModelOut:
    """Return one model with its metrics, charts, signature and card."""
    return ModelOut.of(verbs.get_model(ctx, model_id))


@router.patch("/{model_id}")
def rename_model(ctx: Ctx, model_id: str, change: ModelChange) -> ModelOut:
    """Give the model another name."""
    return ModelOut.of(verbs.rename_model(ctx, model_id, change.name))


@router.get("/{model_id}/versions")
def list_versions(ctx: Ctx, model_id: str) -> VersionsOut:
    """List all versions of this model, and every change of what its endpoint serves."""
    return VersionsOut.of(versions.versions_of(ctx, model_id))


@router.post("/{model_id}/promote")
def promote_model(ctx: Ctx, model_id: str, body: PromotionIn) -> VersionsOut:
    """Let the endpoint serve this version; 409 when another than `expected` is served by now."""
    return VersionsOut.of(versions.promote(ctx, model_id, expected=body.expected))


@router.post("/{model_id}/roll-back")
def roll_back_model(ctx: Ctx, model_id: str, body: PromotionIn) -> VersionsOut:
    """Serve again the version before the one of now; 409 when there is none."""
    return VersionsOut.of(versions.roll_back(ctx, model_id, expected=body.expected))


@router.get("/{model_id}/dependents")
def list_dependents(ctx: Ctx, model_id: str) -> DependentsOut:
    """Return what depends on this version, to be told before it is deleted."""
    return DependentsOut.of(deletion.dependents_of(ctx, model_id))


@router.delete("/{model_id}", status_code=204, response_class=Response)
def delete_model(
    ctx: Ctx,
    model_id: str,
    serve_next: Annotated[str | None, Query(max_length=32, description="The version to serve from then on.")] = None,
    all_versions: Annotated[bool, Query(description="Delete every version, the endpoint and its calls.")] = False,
) -> None:
    """Delete this version; 409 when the endpoint serves it and nothing says what serves next."""
    deletion.delete_model(ctx, model_id, serve_next=serve_next, all_versions=all_versions)


@router.get("/{model_id}/thresholds")
def list_thresholds(ctx: Ctx, model_id: str) -> ThresholdsOut:
    """Return what each threshold of "not sure" costs on the rows the model was scored on: share answered, accuracy."""
    return ThresholdsOut.model_validate(thresholds_of(ctx, model_id))


@router.get("/{model_id}/download", response_class=FileResponse)
def download_model(ctx: Ctx, model_id: str) -> FileResponse:
    """Download a ZIP that predicts without the yard: model, card, `predict.py`, requirements and signature."""
    return _file(ctx, lambda folder: fetch_bundle(ctx, model_id, folder))


@router.get("/{model_id}/file", response_class=FileResponse)
def download_model_file(ctx: Ctx, model_id: str) -> FileResponse:
    """Download the model's file alone: a ZIP with the chain as JSON and the engine's files."""
    return _file(ctx, lambda folder: verbs.fetch_model_file(ctx, model_id, folder), name=f"{model_id}.zip")


@router.get("/{model_id}/card.md", response_class=PlainTextResponse)
def read_card(ctx: Ctx, model_id: str) -> PlainTextResponse:
    """Return the model's card as Markdown."""
    return PlainTextResponse(card(verbs.get_model(ctx, model_id)), media_type="text/markdown")


@router.get("/{model_id}/charts/{chart_id}.{picture}", response_class=Response)
def read_chart(
    ctx: Ctx, model_id: str, chart_id: str, picture: PictureFormat, theme: Annotated[Theme, Query()] = "light"
) -> Response:
    """Return one chart of the model as a picture, the same as on its page."""
    drawn = chart_picture(ctx, model_id, chart_id, picture=picture, theme=theme)
    return Response(drawn, media_type=MEDIA_TYPES[picture])


def _file(ctx: Ctx, fetch: Callable[[Path], Path], *, name: str | None = None) -> FileResponse:
    """Answer with a file made in a folder of its own, which is removed when it is sent."""
    ctx.settings.scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=ctx.settings.scratch))
    try:
        path = fetch(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    tidy = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(path, media_type="application/zip", filename=name or path.name, background=tidy)


def _named(ids: str) -> list[str]:
    return [part.strip() for part in ids.split(",") if part.strip()]
