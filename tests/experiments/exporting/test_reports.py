"""Reports of an attempt: HTML and PDF say the same, run nothing, and are made by a run."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import pytest
from fastapi.testclient import TestClient

from modelyard.experiments.comparing.document import ExperimentResults
from modelyard.experiments.comparing.verbs import results_of
from modelyard.experiments.exporting.charts import charts_of
from modelyard.experiments.exporting.content import Content, content_of
from modelyard.experiments.exporting.html import write_html
from modelyard.experiments.exporting.pdf import write_pdf
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Conflict
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from tests.conftest import application_over, sign_in
from tests.experiments.attempts import answer, keep_attempt, keep_recorded, sample

HOSTILE = '<img src=x onerror=alert(1)> #import "x" *b* $x$ ' + "w" * 200
MADE_AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def recorded(shared_yard: tuple[Yard, Actor]) -> ExperimentResults:
    yard, owner = shared_yard
    with yard.context(owner) as ctx:
        return results_of(ctx, keep_recorded(ctx).experiment_id)


def content(results: ExperimentResults, title: str = "Which is better?") -> Content:
    return content_of(results, [("Dataset", HOSTILE)], title=title, number=1, made_at=MADE_AT)


def test_the_report_says_what_was_found(recorded: ExperimentResults, tmp_path: Path) -> None:
    write_html(content(recorded), tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text()
    assert "cot is better than naive by 22.4 points" in text
    assert "<bdi>1 and 2</bdi>" in text  # the group in which the two stand the other way round
    assert text.count("<svg") == 3
    assert "<img" not in text
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", text)


def test_the_pdf_shows_texts_as_they_are_and_is_the_same_each_time(recorded: ExperimentResults, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_pdf(content(recorded, HOSTILE), tmp_path / f"{name}.pdf", scratch=tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    if which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed")
    command = ["pdftotext", "-layout", str(tmp_path / "a.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert '<img src=x onerror=alert(1)> #import "x" *b* $x$' in " ".join(text.split())
    assert "22.4 points" in text


def test_charts_say_why_they_are_not_drawn(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        answers = [answer(0, place, 1.0, cost_usd=None) for place in range(3)]
        results = results_of(ctx, keep_attempt(ctx, ["a"], [sample(p) for p in range(3)], answers).experiment_id)
    charts = {each.id: each for each in charts_of(results, results.scorers[0])}
    assert charts["cost"].unavailable == "Nobody knows what these configurations cost."
    assert charts["latency"].spec is not None
    free = [row.model_copy(update={"usd_per_answer": 0.0}) for row in results.configurations]
    free_charts = charts_of(results.model_copy(update={"configurations": free}), results.scorers[0])
    assert [each.unavailable for each in free_charts if each.id == "cost"] == ["Every answer was free."]
    assert "unknown" in {cell for row in content(results).sections[-1].tables[0].rows for cell in row}


def test_a_run_makes_the_report(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        experiment = keep_recorded(ctx, name="a/b").experiment_id
    address = f"/api/v1/experiments/{experiment}/attempts/1/reports"
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        asked = client.post(address, json={"format": "html"})
        assert asked.status_code == 202, asked.text
        run = asked.json()
        assert client.get(f"{address}/{run['id']}").status_code == 404
        assert drive(yard, run["id"]).state == "succeeded"
        (listed,) = client.get(address).json()["items"]
        fetched = client.get(f"{address}/{run['id']}")
        assert "cot is better" in fetched.text
        assert "sandbox" in fetched.headers["Content-Security-Policy"]
        assert fetched.headers["Content-Disposition"].endswith("''a-b%201.html")
        assert client.delete(f"{address}/{listed['id']}").status_code == 204
        assert client.get(address).json()["items"] == []


def test_what_is_not_compared_has_no_report(yard: Yard, owner: Actor) -> None:
    from modelyard.experiments.reporting.verbs import make_report

    with yard.context(owner) as ctx:
        attempt = keep_attempt(ctx, ["a"], [sample(0)], [answer(0, 0, 1.0)], is_compared=False)
        with pytest.raises(Conflict, match="not compared yet"):
            make_report(ctx, attempt.experiment_id, 1)


def test_short_times_and_little_money_keep_digits_that_tell_them_apart(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        answers = [answer(0, place, 1.0, seconds=0.0021, cost_usd=0.00001) for place in range(3)]
        results = results_of(ctx, keep_attempt(ctx, ["a"], [sample(p) for p in range(3)], answers).experiment_id)
    cells = content(results).sections[-1].tables[0].rows[0]
    assert cells[1:4] == ["0.0021"] * 3
    assert "0.00003" in cells
