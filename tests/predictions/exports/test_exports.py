"""Results as files: the same rows in every format, filtered, harmless to spreadsheets."""

import csv
import io
import json

import fastexcel
import polars as pl
import pytest
from fastapi.testclient import TestClient

from modelyard.models.tables import Model
from tests.predictions.batches.yard import Batches

ROWS = [("great phone", "a"), ("=cmd|' /C calc'!A0 bad", "=b"), ("<img src=x onerror=alert(1)>", "a"), ("@x 👍", "c")]


@pytest.fixture
def address(batches: Batches, reviews: Model) -> str:
    content = pl.DataFrame(ROWS, schema=["review", "product"], orient="row").write_csv()
    batch = batches.predicted(reviews, content, "Đánh giá.csv")
    assert batch.state == "succeeded", batch.error
    return f"/api/v1/batches/{batch.id}/export"


def test_every_format_has_the_same_rows(client: TestClient, address: str) -> None:
    answers = {kind: client.get(address, params={"format": kind}) for kind in ("csv", "xlsx", "jsonl", "parquet")}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert answers["csv"].headers["content-disposition"].endswith(".csv%20results.csv")
    rows = pl.read_parquet(io.BytesIO(answers["parquet"].content))
    assert rows.columns[:3] == ["row", "review", "label"]
    assert rows["review"].to_list() == [text for text, _ in ROWS]
    assert rows["label"].to_list() == [label for _, label in ROWS]
    assert {"probability_bad", "probability_good"} < set(rows.columns)
    assert [json.loads(line)["review"] for line in answers["jsonl"].text.splitlines()] == rows["review"].to_list()
    sheet = fastexcel.read_excel(answers["xlsx"].content).load_sheet(0).to_polars()
    assert sheet["review"].to_list() == rows["review"].to_list()
    lines = list(csv.DictReader(io.StringIO(answers["csv"].text, newline="")))
    assert [line["review"] for line in lines] == [f"'{text}" if text[0] in "=@" else text for text, _ in ROWS]
    assert lines[1]["label"] == "'=b"
    assert [float(line["confidence"]) for line in lines] == rows["confidence"].to_list()
    assert client.get(address, params={"bom": "true"}).content.startswith(b"\xef\xbb\xbfrow,")
    assert "\n2,=cmd|" in client.get(address, params={"neutralise": "false"}).text


def test_filters_hold_and_bad_questions_are_refused(client: TestClient, address: str, anonymous: TestClient) -> None:
    def rows(**params: str) -> list[str]:
        lines = client.get(address, params=params).text
        return [line["row"] for line in csv.DictReader(io.StringIO(lines, newline=""))]

    assert rows() == ["1", "2", "3", "4"]
    assert rows(label="a") == ["1", "3"]
    assert rows(search="PHONE") == ["1"]
    assert rows(descending="true") == ["4", "3", "2", "1"]
    assert rows(min_confidence="1") == []
    nothing = client.get(address, params={"search": "nowhere"}).text
    assert nothing.startswith("row,review,label,prediction,confidence")
    assert nothing.count("\n") == 1
    assert client.get(address, params={"format": "exe"}).status_code == 422
    assert client.get(address, params={"min_confidence": "2"}).status_code == 422
    assert client.get("/api/v1/batches/bt_unknown/export").status_code == 404
    assert anonymous.get(address).status_code == 401
