"""`modelyard predict`: a file to a file, streamed."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.kernel.yard import Yard
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.tables import Model
from modelyard.predictions.batches.files import Done, FilePrediction
from modelyard.predictions.commands import add_to
from tests.models.rows import Table, mixed, table_of
from tests.models.yard import draft_of


def people() -> Table:
    return table_of(mixed().drop("value"), "two", "classification")


def predicted(yard: Yard, chain: Any, source: Path, out: Path, *, errors: Path | None = None, **options: Any) -> Done:
    format_ = out.suffix.removeprefix(".")
    return FilePrediction(chain, yard.settings, **options).run(source, out, format_, errors)  # type: ignore[arg-type]


def test_a_file_is_predicted_row_by_row_in_order(yard: Yard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain, _ = draft_of(yard, people(), LightGBM(n_estimators=10))
    rows = mixed(500, seed=5).with_columns(extra=pl.lit("x"))
    rows.drop("value").write_csv(tmp_path / "rows.csv")
    monkeypatch.setattr("modelyard.predictions.batches.predicting.FIRST_CHUNK_ROWS", 64)
    done = predicted(yard, chain, tmp_path / "rows.csv", tmp_path / "out.csv")
    assert (done.n_rows, done.n_failed) == (500, 0)
    assert "Columns that the model does not read: 'two', 'extra'." in done.warnings
    out = pl.read_csv(tmp_path / "out.csv")
    assert out.columns == ["prediction", "probability_no", "probability_yes"]
    expected = chain.predict(rows).prediction
    assert out["prediction"].to_list() == list(expected.values)
    np.testing.assert_allclose(out.drop("prediction").to_numpy(), expected.probabilities, atol=1e-12)


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "xlsx"])
def test_the_format_follows_the_ending(yard: Yard, tmp_path: Path, ending: str) -> None:
    chain, _ = draft_of(yard, people(), LightGBM(n_estimators=2))
    mixed(50).write_csv(tmp_path / "rows.csv")
    predicted(yard, chain, tmp_path / "rows.csv", tmp_path / f"out.{ending}")
    read = {"jsonl": pl.read_ndjson, "parquet": pl.read_parquet, "xlsx": pl.read_excel}[ending]
    out = read(tmp_path / f"out.{ending}")
    assert out.columns == ["prediction", "probability_no", "probability_yes"]
    assert out.height == 50


def test_codes_that_look_like_numbers_stay_text_in_a_file(yard: Yard, tmp_path: Path) -> None:
    codes = pl.Series(["01", "1", "02", "2"] * 50)
    frame = pl.DataFrame({"code": codes, "y": [1.0, 5.0, 9.0, 13.0] * 50})
    chain, _ = draft_of(yard, table_of(frame, "y", "regression"), LightGBM(n_estimators=60, min_child_samples=1))
    (tmp_path / "rows.csv").write_text("code\n2\n1\n")
    predicted(yard, chain, tmp_path / "rows.csv", tmp_path / "out.csv")
    assert pl.read_csv(tmp_path / "out.csv")["prediction"].to_list() == pytest.approx([13, 5], abs=1)


def test_a_wrong_file_leaves_the_output_alone(yard: Yard, tmp_path: Path) -> None:
    chain, _ = draft_of(yard, people(), LightGBM(n_estimators=2))
    (tmp_path / "out.csv").write_text("older")
    mixed(50).rename({"age": "years"}).write_csv(tmp_path / "rows.csv")
    with pytest.raises(Invalid, match="'age' is missing") as said:
        predicted(yard, chain, tmp_path / "rows.csv", tmp_path / "out.csv")
    assert "--map" in (said.value.hint or "")
    assert (tmp_path / "out.csv").read_text() == "older"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["out.csv", "rows.csv"]
    done = predicted(yard, chain, tmp_path / "rows.csv", tmp_path / "out.csv", columns={"age": "years"})
    assert done.n_rows == 50
    with pytest.raises(Invalid, match="no column 'nothing'"):
        predicted(yard, chain, tmp_path / "rows.csv", tmp_path / "out.csv", columns={"age": "nothing"})


def test_rows_that_fail_keep_their_place_and_are_told(yard: Yard, tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1.0, 2.0, 3.0, 4.0] * 30, "b": [4, 3, 2, 1] * 30, "y": ["n", "y", "n", "y"] * 30})
    chain, _ = draft_of(yard, table_of(frame, "y", "classification"), LightGBM(n_estimators=2))
    (tmp_path / "rows.csv").write_text("a,b\n1,4\n=cmd(),3\n1,2,3\n3,2\n5\n4,1\n")
    done = predicted(yard, chain, tmp_path / "rows.csv", tmp_path / "out.csv", errors=tmp_path / "errors.csv")
    assert (done.n_rows, done.n_failed) == (6, 3)
    out = pl.read_csv(tmp_path / "out.csv", infer_schema=False)
    assert out["prediction"].is_null().to_list() == [False, True, True, False, True, False]
    lines = (tmp_path / "errors.csv").read_text().splitlines()
    assert lines[0] == "row,column,reason,a,b"
    assert lines[1] == "2,a,is not a finite number,'=cmd(),3"
    assert [line.split(",")[0] for line in lines[1:]] == ["2", "3", "5"]


def run(yard: Yard, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "MODELYARD_DATA": str(yard.settings.data)}
    command = [str(Path(sys.executable).parent / "modelyard"), "predict", *arguments]
    return subprocess.run(command, input=given, capture_output=True, env=environment, check=False)


def test_the_command_reads_and_writes_pipes(yard: Yard, reviews: Model) -> None:
    done = run(yard, reviews.id, "-", "--out", "-", given=b"review\ngreat phone\nbad\n")
    assert done.returncode == 0, done.stderr
    out = pl.read_csv(io.BytesIO(done.stdout))
    assert out["prediction"].to_list() == ["good", "bad"]
    assert b"2 rows" in done.stderr


def here(yard: Yard, monkeypatch: pytest.MonkeyPatch, *arguments: str, given: bytes = b"") -> Result:
    """Give the command in this process."""
    app = typer.Typer()
    add_to(app)
    monkeypatch.setenv("MODELYARD_DATA", str(yard.settings.data))
    return CliRunner().invoke(app, arguments, input=given)


def test_the_command_ends_with_3_when_rows_failed(
    yard: Yard, reviews: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = tmp_path / "errors.csv"
    options = ("--out", "-", "--format", "jsonl", "--errors", str(errors))
    done = here(yard, monkeypatch, reviews.id, "-", *options, given=b'review\ngreat phone\n" "\nbad\n')
    assert done.exit_code == 3, done.stderr
    assert len(done.stdout.splitlines()) == 3
    assert "1 rows could not be predicted" in done.stderr
    assert errors.read_text().splitlines()[1].startswith("2,,every cell")


def test_the_command_says_what_it_did(
    yard: Yard, reviews: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.csv").write_text("text\ngreat phone\nbad\n")
    out = tmp_path / "out.parquet"
    done = here(yard, monkeypatch, reviews.id, str(tmp_path / "rows.csv"), "--out", str(out), "--json")
    assert (done.exit_code, json.loads(done.stdout)["rows"]) == (0, 2), done.stderr
    assert "note: 'review' is read from the column 'text'." in done.stderr
    assert pl.read_parquet(out)["prediction"].to_list() == ["good", "bad"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.csv", "--out", "out.csv"), "no file 'none.csv'"),
        (("-", "--out", "-", "--format", "pdf"), "no format 'pdf'"),
        (("-", "--out", "-", "--map", "review"), "'review' does not say a column"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(
    yard: Yard, reviews: Model, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    done = here(yard, monkeypatch, reviews.id, *arguments, given=b"review\ngreat\nbad\n")
    assert isinstance(done.exception, ModelyardError)
    assert said in done.exception.message
    assert done.stdout == ""
