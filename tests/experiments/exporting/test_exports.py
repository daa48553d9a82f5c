"""Answers and comparisons as files: every format says the same, and nothing in them is computed."""

import io
import json
from pathlib import Path

import polars as pl
import pytest
from fastapi.testclient import TestClient

from modelyard.experiments.exporting.verbs import export_attempt
from modelyard.experiments.labels.verbs import put_label
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import NotFound
from modelyard.kernel.yard import Yard
from tests.conftest import application_over, sign_in
from tests.experiments.attempts import answer, failed, keep_attempt, keep_recorded, sample
from tests.terminal import Command

FORMULA = '=HYPERLINK("http://example.org","x")'


@pytest.fixture
def experiment(yard: Yard, owner: Actor) -> str:
    with yard.context(owner) as ctx:
        samples = [sample(place, group="g|1" if place else None, question=f"*{FORMULA}*") for place in range(450)]
        answers = [answer(at, place, float(place % 2), text=FORMULA) for at in (0, 1) for place in range(449)]
        attempt = keep_attempt(ctx, ["=a|b", "c"], samples, [*answers, failed(0, 449)], name="../Ünter/suchung")
        put_label(ctx, attempt, (0, 1, 0), 1.0, note=FORMULA)
        return attempt.experiment_id


def taken(yard: Yard, owner: Actor, experiment: str, file_format: str) -> bytes:
    _, pieces = export_attempt(yard, owner, experiment, 1, file_format)  # type: ignore[arg-type]
    return b"".join(pieces)


def test_every_format_holds_every_answer(yard: Yard, owner: Actor, experiment: str) -> None:
    whole = pl.read_parquet(io.BytesIO(taken(yard, owner, experiment, "parquet")))
    assert whole.height == 899
    assert whole["score_exact_match"].drop_nulls().len() == 898
    assert whole.filter(pl.col("label").is_not_null())["label"].to_list() == [1.0]
    assert whole["text"][0] == FORMULA
    assert whole["label_notes"].drop_nulls().to_list() == [FORMULA]
    lines = [json.loads(line) for line in taken(yard, owner, experiment, "jsonl").splitlines()]
    document = json.loads(taken(yard, owner, experiment, "json"))
    assert document["answers"] == lines
    assert (len(lines), document["results"]["n_samples"]) == (899, 450)
    assert document["document"]["name"] == "../Ünter/suchung"


def test_nothing_in_csv_is_computed(yard: Yard, owner: Actor, experiment: str) -> None:
    table = pl.read_csv(io.BytesIO(taken(yard, owner, experiment, "csv")), infer_schema_length=0)
    assert table.height == 899
    starts = {value[0] for name in table.columns for value in table[name].drop_nulls().unique() if value}
    assert not starts & {"=", "+", "@"}


def test_markdown_shows_names_as_they_are(yard: Yard, owner: Actor, experiment: str) -> None:
    text = taken(yard, owner, experiment, "md").decode()
    rows = [line for line in text.splitlines() if line.startswith("| =a")]
    assert rows[0].startswith("| =a\\|b | 49.9 (45.3 to 54.5) | 449 | 0.50")
    assert "score the same on each of 449 samples" in text


def test_the_recorded_experiment_is_told_in_markdown(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        experiment = keep_recorded(ctx).experiment_id
    text = taken(yard, owner, experiment, "md").decode()
    assert "Best: **cot**" in text
    assert "cot is better than naive by 22.4 points" in text
    assert text.count("| 1 and 2 |") == 1


def test_a_file_has_a_safe_name_and_no_stranger_gets_it(yard: Yard, owner: Actor, experiment: str) -> None:
    address = f"/api/v1/experiments/{experiment}/attempts/1/export"
    with TestClient(application_over(yard)) as client:
        assert client.get(address).status_code == 401
        sign_in(yard, client)
        answered = client.get(address, params={"format": "md"})
        assert client.get(address, params={"format": "exe"}).status_code == 422
    assert answered.headers["Content-Disposition"].endswith("''%C3%9Cnter-suchung%201.md")
    with pytest.raises(NotFound):
        export_attempt(yard, owner, experiment, 2, "csv")


def test_the_terminal_writes_the_format_of_the_ending(
    yard: Yard, owner: Actor, experiment: str, tmp_path: Path, modelyard: Command
) -> None:
    for name, start in (("a.csv", b"place,"), ("a.html", b"<!doctype html>"), ("a.PDF", b"%PDF"), ("a.md", b"# ")):
        said = modelyard("experiment", "export", experiment, str(tmp_path / name))
        assert said.returncode == 0, said.stderr
        assert (tmp_path / name).read_bytes().startswith(start)
    wrong = modelyard("experiment", "export", experiment, str(tmp_path / "a.exe"))
    assert (wrong.returncode, "Formats: csv" in wrong.stderr) == (1, True)
    assert not (tmp_path / "a.exe").exists()
