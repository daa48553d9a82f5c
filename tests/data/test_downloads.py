"""A dataset's rows can be taken away: the Parquet as it is kept, and CSV that reads back the same."""

import csv
import io
import os
import time
from datetime import date, datetime

import polars as pl
import pyarrow.csv as pacsv
import pytest
from fastapi.testclient import TestClient

from modelyard.data.tables import Dataset
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.workflows.local import add_dataset
from tests.workflows.tables import schema_of

ROWS = pl.DataFrame(
    {
        "a.b": [1.1, None, 0.1 + 0.2],
        'tê"xt,\n': ["a,b", 'q"uote\nline', ""],
        "day": [date(2020, 1, 1), None, date(1999, 12, 31)],
        "at": [datetime(2020, 1, 1, 3, 4, 5), None, datetime(2020, 1, 1)],  # noqa: DTZ001 — datasets have local times
        "is_new": [True, None, False],
        "large": [2**60, None, -1],
    }
)


def add(yard: Yard, owner: Actor, frame: pl.DataFrame, name: str = "rows") -> str:
    with yard.context(owner) as ctx:
        return add_dataset(ctx, frame, name=name, schema=schema_of(frame)).id


def fetch(client: TestClient, dataset_id: str, **params: str) -> tuple[bytes, str]:
    answer = client.get(f"/api/v1/datasets/{dataset_id}/file", params=params)
    assert answer.status_code == 200, answer.text
    return answer.content, answer.headers["content-disposition"]


def test_parquet_is_the_file_that_is_kept(client: TestClient, yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner, ROWS, name="Tên / „x“.v1")
    content, named = fetch(client, dataset_id)
    assert pl.read_parquet(io.BytesIO(content)).equals(ROWS)
    assert named == "attachment; filename*=utf-8''T%C3%AAn%20%2F%20%E2%80%9Ex%E2%80%9C.v1.parquet"
    with yard.context(owner) as ctx:
        row = ctx.session.get_one(Dataset, dataset_id)
        assert yard.artifacts.read_bytes(row.content_hash or "") == content


def test_csv_reads_back_the_same(client: TestClient, yard: Yard, owner: Actor) -> None:
    content, named = fetch(client, add(yard, owner, ROWS), format="csv")
    assert named.endswith("rows.csv")
    parse = pacsv.ParseOptions(newlines_in_values=True)  # Polars leaves doubled quotes in a header as they are
    convert = pacsv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
    back = pl.DataFrame(pacsv.read_csv(io.BytesIO(content), parse_options=parse, convert_options=convert))
    assert back.cast(dict(ROWS.schema)).equals(ROWS)


def test_a_csv_of_many_rows_is_written_in_batches(client: TestClient, yard: Yard, owner: Actor) -> None:
    frame = pl.DataFrame({"n": range(35_000)}).with_columns(half=pl.col("n") / 2)
    content, _ = fetch(client, add(yard, owner, frame), format="csv")
    assert pl.read_csv(io.BytesIO(content)).equals(frame)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_dataset_without_rows_has_its_header(client: TestClient, yard: Yard, owner: Actor, kind: str) -> None:
    content, _ = fetch(client, add(yard, owner, ROWS.clear()), format=kind)
    if kind == "csv":
        assert list(csv.reader(io.StringIO(content.decode(), newline=""))) == [ROWS.columns]
    else:
        assert pl.read_parquet(io.BytesIO(content)).equals(ROWS.clear())


def test_what_cannot_be_downloaded_is_told(client: TestClient, anonymous: TestClient, yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner, ROWS)
    address = f"/api/v1/datasets/{dataset_id}/file"
    assert client.get(address, params={"format": "xlsx"}).status_code == 422
    assert client.get("/api/v1/datasets/ds_gone/file").status_code == 404
    client.cookies.clear()
    assert client.get(address).status_code == 401


def test_a_dataset_that_is_being_read_is_not_there_yet(client: TestClient, yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner, ROWS)
    with yard.context(owner) as ctx:
        ctx.session.get_one(Dataset, dataset_id).state = "reading"
    answer = client.get(f"/api/v1/datasets/{dataset_id}/file")
    assert answer.status_code == 409
    assert "still being read" in answer.json()["detail"]


def test_the_local_copy_is_kept_while_it_is_used(client: TestClient, yard: Yard, owner: Actor) -> None:
    dataset_id = add(yard, owner, ROWS)
    fetch(client, dataset_id)
    (copy,) = (yard.settings.scratch / "copies").iterdir()
    long_ago = time.time() - 10_000
    os.utime(copy, (long_ago, long_ago))
    fetch(client, dataset_id)
    assert copy.stat().st_mtime > long_ago + 1000
