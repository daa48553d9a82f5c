"""An attempt whose answers are written by hand: the recorded ones of BIG-Bench Hard, or any others."""

from datetime import UTC, datetime, timedelta
from typing import Any

from modelyard.experiments.comparing.results import make_results
from modelyard.experiments.counting import recount
from modelyard.experiments.tables import Attempt, ExperimentAnswer, ExperimentSample
from modelyard.experiments.verbs import create_experiment
from modelyard.kernel.context import Context
from modelyard.kernel.ids import new_id
from tests.experiments.statistics.recorded import right_answers

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PROMPT = [{"role": "user", "text": "What is it?"}]


def configuration(name: str) -> dict[str, Any]:
    """Return a configuration as attempts freeze it."""
    llm = {
        **{"id": "lm_1", "name": "recorded", "label": "recorded", "provider": "scripted", "model": "recorded"},
        **{"prices": None, "is_scripted": True, "takes_seed": True, "identity": "0" * 64},
    }
    rest = {"strategy": {"kind": "naive"}, "llm": llm, "temperature": 0.0, "max_tokens": 512, "seed": 0}
    return {"name": name, "label": name, **rest}


def sample(place: int, *, group: str | None = None, answer: str | None = "yes", **rest: Any) -> dict[str, Any]:
    """Return the columns of a sample."""
    question = rest.pop("question", f"Question {place}?")
    named = {"place": place, "sample_id": f"s{place:05d}", "question": question, "answer": answer, "group": group}
    return {**named, "rest": rest}


def answer(configuration: int, place: int, value: float | None, **more: Any) -> dict[str, Any]:
    """Return the columns of an answer that scores `value`; None: it cannot be scored."""
    scores = {"exact_match": {"value": value, "why": "" if value == 1 else "Expected 'yes'."}}
    text = "yes" if value == 1 else "no"
    return {
        **{"configuration": configuration, "place": place, "repeat": 0, "text": text, "parsed": text},
        **{"ended": "answer", "seconds": 0.5 + configuration, "n_requests": 1, "scores": scores, "reused_from": None},
        **{"n_input_tokens": 20, "n_output_tokens": 5 * (1 + configuration), "cost_usd": 0.001 * (1 + configuration)},
        **{"created_at": BEGAN + timedelta(seconds=place), "details": {"prompt": PROMPT}, "is_estimated": False},
        **{"content_digest": None, "error_kind": None, "error": None, **more},
    }


def failed(configuration: int, place: int, kind: str = "timeout") -> dict[str, Any]:
    """Return the columns of an answer that failed."""
    said = {"error_kind": kind, "error": "It did not answer in time.", "scores": {}, "text": "", "parsed": ""}
    return answer(configuration, place, None, ended="error", **said)


def keep_attempt(
    ctx: Context,
    names: list[str],
    samples: list[dict[str, Any]],
    answers: list[dict[str, Any]],
    *,
    is_compared: bool = True,
    **document: Any,
) -> Attempt:
    """Write an experiment with one attempt that has these answers; compare it as its job does."""
    stated = {
        **{"name": "Which is better?", "samples": {"dataset": "questions"}, "llms": [{"llm": "recorded"}]},
        **{"strategies": [{"kind": "naive", "label": name} for name in names], **document},
    }
    experiment = create_experiment(ctx, stated)
    attempt = Attempt(
        **{"id": new_id("at"), "experiment_id": experiment.id, "owner_id": experiment.owner_id, "number": 1},
        **{"state": "succeeded", "document": experiment.document, "document_digest": experiment.document_digest},
        **{"code_version": "test", "dataset_id": "ds_1", "dataset_name": "questions", "dataset_digest": ""},
        configurations=[configuration(name) for name in names],
        n_samples=len(samples),
        n_planned=len(samples) * len(names) * experiment.document["repeats"],
        created_at=BEGAN,
    )
    ctx.session.add(attempt)
    ctx.session.flush()
    for rows, table in ((samples, ExperimentSample), (answers, ExperimentAnswer)):
        owner = {"owner_id": attempt.owner_id} if table is ExperimentAnswer else {}
        if rows:
            ctx.session.execute(table.__table__.insert(), [{"attempt_id": attempt.id, **owner, **row} for row in rows])
    recount(ctx.session, attempt)
    if is_compared:
        attempt.results_hash, attempt.scores_hash = make_results(ctx.session, ctx.artifacts, attempt.id)
    ctx.session.flush()
    return attempt


def keep_recorded(ctx: Context, **more: Any) -> Attempt:
    """Write the recorded attempt: 1 250 questions of five tasks, asked directly (0) and with chain of thought (1)."""
    samples, answers = [], []
    for task, ways in right_answers().items():
        for naive, cot in zip(*ways, strict=True):
            place = len(samples)
            samples.append(sample(place, group=task))
            answers += [answer(0, place, float(naive)), answer(1, place, float(cot))]
    return keep_attempt(ctx, ["naive", "cot"], samples, answers, **more)
