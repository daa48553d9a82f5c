"""With Inspect itself: its logs come in and go out the same, and its tasks ask LLMs of the yard.

These are skipped where the extra is not installed; `make test-inspect` installs it beside and runs them.
"""

import io
import json
import shutil
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

inspect_ai = pytest.importorskip("inspect_ai", reason="the extra inspect is not installed")

from inspect_ai.log import read_eval_log, write_eval_log  # noqa: E402

from modelyard.experiments import starting  # noqa: E402
from modelyard.experiments.comparing.verbs import results_of  # noqa: E402
from modelyard.experiments.inspecting.logs import each_sample, read_header  # noqa: E402
from modelyard.experiments.inspecting.verbs import import_logs, start_task  # noqa: E402
from modelyard.experiments.promoting.verbs import preview_promotion  # noqa: E402
from modelyard.experiments.reporting.verbs import fetch_report, list_reports, make_report  # noqa: E402
from modelyard.experiments.tables import Attempt, ExperimentAnswer, ExperimentSample  # noqa: E402
from modelyard.experiments.verbs import get_attempt  # noqa: E402
from modelyard.kernel.context import Actor  # noqa: E402
from modelyard.kernel.errors import Conflict, Forbidden, Refused  # noqa: E402
from modelyard.kernel.yard import Yard  # noqa: E402
from modelyard.llm.verbs import create_llm, get_budget, set_budget  # noqa: E402
from modelyard.runs.drive import drive  # noqa: E402
from modelyard.runs.tables import Run  # noqa: E402
from modelyard.runs.verbs import cancel_run  # noqa: E402
from tests.conftest import application_over, sign_in  # noqa: E402
from tests.experiments.attempts import answer, failed, keep_attempt, sample  # noqa: E402
from tests.experiments.running.asking import LINES, Asking  # noqa: E402
from tests.llm.stub import serving  # noqa: E402

HERE = Path(__file__).parent
LOG = HERE / "capitals.eval"
TASK = HERE / "capital_task.py"
MAKING = {"attempt_id", "run_id", "_sa_instance_state"}


def changed(target: Path, change: Any) -> Path:
    """Write the log anew with something else in it."""
    log = read_eval_log(str(LOG))
    change(log)
    write_eval_log(log, str(target))
    return target


def taken_in(yard: Yard, owner: Actor, *logs: Path, **more: Any) -> tuple[Attempt, Run]:
    """Import logs and return the attempt and its run as they ended."""
    with yard.context(owner) as ctx:
        attempt = import_logs(ctx, [(path.name, path) for path in logs], **more)
    run = drive(yard, attempt.run_id or "")
    with yard.context(owner, writes=False) as ctx:
        return get_attempt(ctx, attempt.experiment_id), run


def rows(yard: Yard, attempt: Attempt, table: Any) -> list[dict[str, Any]]:
    with yard.readers() as session:
        found = session.scalars(select(table).where(table.attempt_id == attempt.id))
        return [{name: value for name, value in vars(row).items() if name not in MAKING} for row in found]


def test_inspect_reads_the_log_as_the_other_tests_believe() -> None:
    header = read_header(LOG)
    read = {"header": vars(header), "samples": list(each_sample(LOG, header))}
    as_kept = json.loads(json.dumps(read, default=str))
    assert json.dumps(as_kept) == json.dumps(json.loads((HERE / "capitals.json").read_text(encoding="utf-8")))


@pytest.mark.postgres
def test_a_log_is_an_experiment_and_is_compared(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    def kyoto_is_right(log: Any) -> None:
        log.eval.model = "mockllm/better"
        for each in log.samples:
            each.scores = {name: score for name, score in (each.scores or {}).items() if name == "match"}
            for score in each.scores.values():
                score.value = "C"

    better = changed(tmp_path / "better.eval", kyoto_is_right)
    attempt, run = taken_in(yard, owner, LOG, better)
    assert run.state == "succeeded", run.error
    assert (attempt.state, attempt.n_samples, attempt.n_done, attempt.n_failed) == ("succeeded", 4, 16, 4)
    assert (attempt.document["name"], attempt.document["repeats"]) == ("capitals", 2)
    assert attempt.running["configurations"][0]["score"] == pytest.approx(2 / 3)
    assert attempt.configurations[0]["temperature"] == 0.5
    with yard.context(owner) as ctx:
        results = results_of(ctx, attempt.experiment_id, 1)
        match = next(each for each in results.scorers if each.name == "match")
        assert match.is_share
        assert (match.best, len(match.pairs)) == (1, 1)
        assert not starting.can_resume(attempt)
        for refused in (
            lambda: starting.start_attempt(ctx, attempt.experiment_id),
            lambda: starting.resume_attempt(ctx, attempt.experiment_id, 1),
            lambda: preview_promotion(ctx, attempt.experiment_id, 1, 0),
        ):
            with pytest.raises(Conflict, match="nothing can be asked"):
                refused()
        kept = list_reports(ctx, attempt.experiment_id, 1)
        assert [each.format for each in kept] == ["eval", "eval"]
        assert fetch_report(ctx, attempt.experiment_id, 1, kept[1].id)[2].read_bytes() == LOG.read_bytes()


def test_what_goes_out_comes_in_the_same(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    samples = [sample(0, group="a", aliases=["yeah"], context="It is."), sample(1, answer=None), sample(2)]
    trace = [{"thought": "Hm.", "tool": "search", "arguments": {"q": "x"}, "observation": "y", "error": None}]
    step = {**trace[0], "seconds": 0.0}
    prompt = [{"role": "user", "text": "Question 0?"}]
    answers = [answer(0, 0, 1.0, details={"prompt": prompt, "trace": [step]}), answer(0, 1, None), failed(0, 2)]
    answers += [answer(1, 0, 0.0, cost_usd=None), answer(1, 1, 1.0, text="", parsed="", ended="no_answer")]
    with yard.context(owner) as ctx:
        before = keep_attempt(ctx, ["first", "second"], samples, answers)
    with yard.context(owner) as ctx:
        run = make_report(ctx, before.experiment_id, 1, file_format="eval")
    assert drive(yard, run.id).state == "succeeded"
    with yard.context(owner, writes=False) as ctx:
        _, report, path = fetch_report(ctx, before.experiment_id, 1, run.id)
    assert report.format == "zip"
    logs = tmp_path / "logs.zip"
    shutil.copyfile(path, logs)
    after, run = taken_in(yard, owner, logs)
    assert run.state == "succeeded", run.error
    assert rows(yard, after, ExperimentSample) == rows(yard, before, ExperimentSample)
    for old, new in zip(rows(yard, before, ExperimentAnswer), rows(yard, after, ExperimentAnswer), strict=True):
        facts = (
            "text",
            "parsed",
            "ended",
            "error",
            "seconds",
            "n_input_tokens",
            "n_output_tokens",
            "cost_usd",
            "scores",
        )
        assert {name: new[name] for name in facts} == {name: old[name] for name in facts}
        assert new["created_at"] == old["created_at"]
    assert rows(yard, after, ExperimentAnswer)[0]["details"] == {"prompt": prompt, "trace": [step]}
    with zipfile.ZipFile(logs) as archive:
        name = archive.namelist()[0]
        log = read_eval_log(io.BytesIO(archive.read(name)), format="eval")
    assert log.results is not None
    assert (log.status, log.results.scores[0].metrics["accuracy"].value) == ("success", 1.0)
    assert (log.results.scores[0].unscored_samples, log.results.completed_samples) == (1, 2)
    assert log.stats.model_usage["scripted/recorded"].total_tokens == 75


def test_logs_that_do_not_go_together_or_are_of_another_version_say_so(
    yard: Yard, owner: Actor, tmp_path: Path
) -> None:
    def failing(name: str, change: Any, *others: Path) -> str:
        attempt, run = taken_in(yard, owner, *others, changed(tmp_path / name, change))
        assert (run.state, attempt.state, attempt.n_done) == ("failed", "failed", 0)
        assert not starting.can_resume(attempt)
        return str(attempt.error)

    def version(log: Any) -> None:
        log.version = 3

    def task(log: Any) -> None:
        log.eval.task = "rivers"

    def question(log: Any) -> None:
        log.samples[0].input = "Another?"

    def epochs(log: Any) -> None:
        log.eval.config.epochs = 51

    def emptied(log: Any) -> None:
        log.samples = []

    raw = tmp_path / "newer.eval"
    with zipfile.ZipFile(LOG) as old, zipfile.ZipFile(raw, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b'"version":2', b'"version":3') if name == "header.json" else content)
    attempt, _ = taken_in(yard, owner, raw)
    assert "version 3 of the format" in (attempt.error or "")
    assert "several tasks" in failing("task.eval", task, LOG)
    assert "asks something else" in failing("question.eval", question, LOG)
    assert "51 epochs" in failing("epochs.eval", epochs)
    assert "no samples" in failing("empty.eval", emptied)


def test_a_damaged_sample_fails_the_import_with_its_name(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    path = tmp_path / "damaged.eval"
    with zipfile.ZipFile(LOG) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[:-100] if name == "samples/au_epoch_2.json" else content)
    attempt, run = taken_in(yard, owner, path)
    assert (run.state, attempt.n_done) == ("failed", 0)
    assert "samples/au_epoch_2.json" in (attempt.error or "")


def test_a_log_that_was_broken_off_is_read_as_far_as_it_goes(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    def cancelled(log: Any) -> None:
        log.status = "cancelled"
        log.samples = log.samples[:3]

    attempt, run = taken_in(yard, owner, changed(tmp_path / "cancelled.eval", cancelled))
    assert (run.state, attempt.state, attempt.n_done, attempt.n_samples) == ("succeeded", "cancelled", 3, 3)
    assert attempt.results_hash is not None


def test_a_log_without_its_end_is_read_too(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    path = tmp_path / "killed.eval"
    with zipfile.ZipFile(LOG) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if name not in ("header.json", "summaries.json"):
                new.writestr(name, old.read(name))
    attempt, run = taken_in(yard, owner, path)
    assert (run.state, attempt.state, attempt.n_done) == ("succeeded", "stopped", 8)
    assert "not finished" in (attempt.error or "")
    assert not starting.can_resume(attempt)


def test_an_answer_of_ten_megabytes_comes_in_cut(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    def long(log: Any) -> None:
        output = next(each.output for each in log.samples if each.id == "fr")
        output.completion = output.choices[0].message.content = "x" * 10_000_000

    attempt, run = taken_in(yard, owner, changed(tmp_path / "long.eval", long))
    assert run.state == "succeeded", run.error
    assert max(len(row["text"]) for row in rows(yard, attempt, ExperimentAnswer)) == 2_000_000


def test_a_log_comes_in_over_http(yard: Yard, owner: Actor) -> None:
    with TestClient(application_over(yard)) as client:
        assert client.post("/api/v1/experiments/inspect/logs?filename=a.eval", content=b"x").status_code in (401, 403)
        sign_in(yard, client)
        assert client.get("/api/v1/experiments/inspect").json() == {"is_available": True, "unavailable_reason": None}
        refused = client.post("/api/v1/experiments/inspect/logs?filename=a.eval", content=b"no zip")
        assert (refused.status_code, refused.json()["error"]) == (422, "unreadable_log")
        made = client.post("/api/v1/experiments/inspect/logs?filename=a.eval&name=Mine", content=LOG.read_bytes())
        assert made.status_code == 202, made.text
        drive(yard, made.json()["run_id"])
        found = client.get(f"/api/v1/experiments/{made.json()['experiment_id']}/attempts/1").json()
        assert (found["document"]["name"], found["is_recorded"], found["can_resume"]) == ("Mine", True, False)
        results = client.get(f"/api/v1/experiments/{made.json()['experiment_id']}/attempts/1/results")
        assert results.status_code == 200, results.text


def test_a_task_asks_llms_of_the_yard_and_becomes_an_attempt(yard: Yard, owner: Actor) -> None:
    asking = Asking(yard, owner)
    asking.llm("Good one", lines=[{**LINES[0], "say": "Paris, of course."}], otherwise="Lima.")
    asking.llm("Silent", fail="401")
    with yard.context(owner) as ctx:
        asked = {"task": "capitals", "arguments": [("countries", "France,Peru")], "epochs": 2}
        attempt = start_task(ctx, TASK, ["Good one", "Silent"], **asked)
    run = drive(yard, attempt.run_id or "")
    assert run.state == "succeeded", run.error
    with yard.context(owner, writes=False) as ctx:
        ended = get_attempt(ctx, attempt.experiment_id)
        logs = list_reports(ctx, attempt.experiment_id, 1)
    good, silent = ended.running["configurations"]
    assert (good["n_done"], good["n_failed"], good["score"]) == (4, 0, 0.5)
    assert silent["n_failed"] == 4
    assert ended.configurations[0]["llm"]["name"] == "Good one"
    assert (ended.spent_usd, good["n_unknown_cost"]) == (0.0, 0)  # known: it is scripted
    assert good["n_output_tokens"] > 0
    assert [each.format for each in logs] == ["eval", "eval"]
    assert {row["sample_id"] for row in rows(yard, ended, ExperimentSample)} == {"France", "Peru"}


def test_a_task_is_run_only_where_that_is_allowed_and_by_the_owner(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    Asking(yard, owner).llm()
    closed = replace(yard, settings=yard.settings.model_copy(update={"allow_inspect_tasks": False}))
    with pytest.raises(Refused, match="runs no tasks"), closed.context(owner) as ctx:
        start_task(ctx, TASK, ["Scripted"])
    with pytest.raises(Forbidden, match="Only the owner"), yard.context(replace(owner, is_owner=False)) as ctx:
        start_task(ctx, TASK, ["Scripted"])

    def failing(file: Path, *, change: bool = False, **asked: Any) -> str:
        with yard.context(owner) as ctx:
            attempt = start_task(ctx, file, ["Scripted"], **asked)
        if change:
            file.write_text(file.read_text() + "\n# changed\n")
        run = drive(yard, attempt.run_id or "")
        assert run.state == "failed"
        return str((run.error or {})["message"])

    copy = tmp_path / "copy.py"
    shutil.copyfile(TASK, copy)
    assert "was changed" in failing(copy, change=True)
    assert "has 2 tasks" in failing(TASK)
    assert "no task 'rivers'" in failing(TASK, task="rivers")


def test_a_task_that_is_cancelled_ends_and_leaves_no_half_attempt(yard: Yard, owner: Actor) -> None:
    Asking(yard, owner).llm(seconds_to_first=600)
    with yard.context(owner) as ctx:
        attempt = start_task(ctx, TASK, ["Scripted"], task="capitals")
    run_id, asked = attempt.run_id or "", threading.Event()

    def cancel(kind: str, data: dict[str, Any]) -> None:
        if kind == "progress" and data["message"].startswith("Reading capital_task") and not asked.is_set():
            asked.set()
            with yard.context(owner) as ctx:
                cancel_run(ctx, run_id)

    run = drive(yard, run_id, cancel)
    assert (run.state, asked.is_set()) == ("cancelled", True)
    with yard.context(owner, writes=False) as ctx:
        ended = get_attempt(ctx, attempt.experiment_id)
    assert (ended.state, ended.n_done, rows(yard, ended, ExperimentAnswer)) == ("cancelled", 0, [])


def test_what_a_task_asks_is_paid_from_the_months_budget(yard: Yard, owner: Actor) -> None:
    with serving() as stub:
        stub.words = ["Paris."]
        priced = {"usd_per_million_in": 1e4, "usd_per_million_out": 1e4}
        provider = {"kind": "openai", "model": "gpt-x", "base_url": f"{stub.url}/v1", **priced}
        with yard.context(owner) as ctx:
            create_llm(ctx, "Priced", provider, secret="sk-of-a-test")
            set_budget(ctx, 1000)

        def ended() -> Attempt:
            with yard.context(owner) as ctx:
                attempt = start_task(ctx, TASK, ["Priced"], task="capitals")
            assert drive(yard, attempt.run_id or "").state == "succeeded"
            with yard.context(owner, writes=False) as ctx:
                return get_attempt(ctx, attempt.experiment_id)

        paid = ended()
        with yard.context(owner) as ctx:
            spent = get_budget(ctx).spent_usd
            set_budget(ctx, spent)
        assert paid.n_failed == 0
        assert 0 < paid.spent_usd == pytest.approx(spent)
        n_asked = len(stub.asked)
        refused = ended()
    assert (refused.n_failed, refused.spent_usd, len(stub.asked)) == (2, 0.0, n_asked)
    assert all("budget" in row["error"] for row in rows(yard, refused, ExperimentAnswer))
