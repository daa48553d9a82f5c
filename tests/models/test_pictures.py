"""A model's charts as files over HTTP."""

import pytest
from fastapi.testclient import TestClient

from modelyard.kernel.context import Actor
from modelyard.kernel.errors import NotFound
from modelyard.kernel.yard import Yard
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.pictures import chart_picture
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register


def test_a_chart_is_read_as_svg_or_png(yard: Yard, owner: Actor, client: TestClient) -> None:
    table = table_of(mixed(200).drop("value"), "two", "classification")
    model = register(yard, owner, draft_of(yard, table, LightGBM(n_estimators=5))[1])
    light, dark = (
        client.get(f"/api/v1/models/{model.id}/charts/roc.svg", params={"theme": theme}) for theme in ("light", "dark")
    )
    assert light.headers["content-type"].startswith("image/svg+xml")
    assert light.text.startswith("<svg")
    assert "ROC curve" in light.text
    assert light.text != dark.text
    png = client.get(f"/api/v1/models/{model.id}/charts/confusion_matrix.png")
    assert png.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert client.get(f"/api/v1/models/{model.id}/charts/nothing.svg").status_code == 404
    assert client.get(f"/api/v1/models/{model.id}/charts/roc.gif").status_code == 422


def test_a_chart_that_could_not_be_drawn_says_why(yard: Yard, owner: Actor) -> None:
    table = table_of(mixed(200).drop("value"), "two", "classification")
    draft = draft_of(yard, table, LightGBM(n_estimators=5))[1]
    charts = [chart.model_copy(update={"spec": None, "unavailable": "No reason."}) for chart in draft.charts]
    model = register(yard, owner, draft.model_copy(update={"charts": tuple(charts)}))
    with yard.context(owner) as ctx, pytest.raises(NotFound, match="No reason"):
        chart_picture(ctx, model.id, "roc", picture="svg")
