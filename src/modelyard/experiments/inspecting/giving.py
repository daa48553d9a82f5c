"""Attempts given out as logs of Inspect, one a configuration, which `inspect view` opens and other tools read."""

import math
import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.exporting.names import file_name
from modelyard.experiments.inspecting.archives import LOG_ENDING
from modelyard.experiments.inspecting.given import as_messages, error_of, input_of, limit_of, metadata_of, target_of
from modelyard.experiments.tables import Attempt, ExperimentAnswer, ExperimentSample

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog, EvalResults, EvalSample, EvalSpec

ROWS_AT_ONCE = 200
STATUS = {"succeeded": "success", "failed": "error"}
"""Of an attempt in Inspect's words; one that ended early is `cancelled`."""
Reading = Callable[[], AbstractContextManager[Session]]


def write_logs(reading: Reading, attempt: Attempt, target: Path, tell: Callable[[int], None]) -> Path:
    """Write an attempt to `target` with the ending that fits, and return it: a log, or a zip with one a configuration.

    `tell` hears how many configurations are written.
    """
    configurations = attempt.configurations
    if len(configurations) == 1:
        path = target.with_suffix(LOG_ENDING)
        _write(reading, attempt, 0, path)
        return path
    path = target.with_suffix(".zip")
    with ZipFile(path, "w", ZIP_STORED) as archive:  # the logs are packed already
        for place, each in enumerate(configurations):
            log = target.with_suffix(LOG_ENDING)
            _write(reading, attempt, place, log)
            archive.write(log, file_name(each["name"], place + 1, LOG_ENDING.removeprefix(".")))
            log.unlink()
            tell(place + 1)
    return path


def model_of(configuration: dict[str, Any]) -> str:
    """Return what Inspect calls the LLM of a configuration."""
    llm = configuration["llm"]
    return str(llm["model"] if llm["provider"] == "inspect" else f"{llm['provider']}/{llm['model']}")


def _write(reading: Reading, attempt: Attempt, place: int, path: Path) -> None:
    from inspect_ai.log import write_eval_log

    write_eval_log(_log(reading, attempt, place), str(path), format="eval")


@dataclass
class _Tally:
    """What the answers of one configuration come to."""

    n_answered: int = 0
    n_input_tokens: int = 0
    n_output_tokens: int = 0
    cost_usd: float | None = None
    scores: dict[str, list[float | None]] = field(default_factory=dict)

    def add(self, answer: ExperimentAnswer) -> None:
        self.n_answered += answer.error_kind is None
        self.n_input_tokens += answer.n_input_tokens
        self.n_output_tokens += answer.n_output_tokens
        if answer.cost_usd is not None:
            self.cost_usd = (self.cost_usd or 0.0) + answer.cost_usd
        for name, score in answer.scores.items():
            self.scores.setdefault(name, []).append(score.get("value"))


def _log(reading: Reading, attempt: Attempt, place: int) -> "EvalLog":
    from inspect_ai.log import EvalError, EvalLog, EvalPlan, EvalPlanStep, EvalStats

    configuration, tally = attempt.configurations[place], _Tally()
    model = model_of(configuration)
    samples = []
    for sample, answer in _rows(reading, attempt.id, place):
        tally.add(answer)
        samples.append(_sample(sample, answer, model))
    status = STATUS.get(attempt.state, "cancelled")
    error = EvalError(message=attempt.error or "", traceback="", traceback_ansi="") if status == "error" else None
    stats = EvalStats(
        started_at=(attempt.began_at or attempt.created_at).isoformat(),
        completed_at=attempt.ended_at.isoformat() if attempt.ended_at else "",
        model_usage={model: _usage(tally.n_input_tokens, tally.n_output_tokens, tally.cost_usd)},
    )
    step = EvalPlanStep(solver=configuration["label"], params=configuration["strategy"])
    return EvalLog(
        status=status,
        eval=_spec(attempt, configuration, list(dict.fromkeys(sample.id for sample in samples))),
        plan=EvalPlan(steps=[step]),
        results=_results(attempt, tally),
        stats=stats,
        error=error,
        samples=samples,
    )


def _spec(attempt: Attempt, configuration: dict[str, Any], sample_ids: list[str]) -> "EvalSpec":
    from inspect_ai.log import EvalConfig, EvalDataset, EvalSpec
    from inspect_ai.model import GenerateConfig

    asked = {name: configuration[name] for name in ("temperature", "max_tokens", "seed")}
    return EvalSpec(
        created=(attempt.began_at or attempt.created_at).isoformat(),
        task=attempt.document["name"],
        task_id=attempt.experiment_id,
        run_id=attempt.id,
        dataset=EvalDataset(name=attempt.dataset_name, samples=attempt.n_samples, sample_ids=sample_ids),
        model=model_of(configuration),
        model_generate_config=GenerateConfig(**asked),
        solver=configuration["label"],
        config=EvalConfig(epochs=attempt.document["repeats"]),
        packages={"modelyard": version("modelyard")},
        metadata={
            "experiment": attempt.experiment_id,
            "attempt": attempt.number,
            "configuration": configuration["name"],
            "document_digest": attempt.document_digest,
            "dataset_digest": attempt.dataset_digest,
        },
    )


def _sample(sample: ExperimentSample, answer: ExperimentAnswer, model: str) -> "EvalSample":
    from inspect_ai.log import EvalError, EvalSample
    from inspect_ai.model import ChatCompletionChoice, ModelOutput

    messages = as_messages(sample, answer, model)
    usage = _usage(answer.n_input_tokens, answer.n_output_tokens, answer.cost_usd)
    output: dict[str, Any] = {"model": model, "usage": usage, "time": answer.seconds}
    if answer.error_kind is None:
        reason = "max_tokens" if answer.details.get("is_cut") else "stop"
        output |= {"choices": [ChatCompletionChoice.model_validate({"message": messages[-1], "stop_reason": reason})]}
    failure = error_of(answer)
    stated = {
        "id": sample.sample_id,
        "epoch": answer.repeat + 1,
        "input": input_of(sample),
        "choices": sample.rest.get("choices") or None,
        "target": target_of(sample),
        "messages": messages,
        "metadata": metadata_of(sample, answer),
        "limit": limit_of(answer),
        "started_at": (answer.created_at - timedelta(seconds=answer.seconds)).isoformat(),
        "completed_at": answer.created_at.isoformat(),
        "total_time": answer.seconds,
        "working_time": answer.seconds,
    }
    return EvalSample(
        **stated,
        output=ModelOutput(**output),
        scores={name: _score(score, answer) for name, score in answer.scores.items()},
        model_usage={model: usage},
        error=EvalError(message=failure, traceback="", traceback_ansi="") if failure else None,
    )


def _score(score: dict[str, Any], answer: ExperimentAnswer) -> Any:
    from inspect_ai.scorer import Score

    value, why = score.get("value"), score.get("why") or None
    if value is None:
        return Score.unscored(reason="scoring_failed", answer=answer.parsed or None, explanation=why)
    return Score(value=value, answer=answer.parsed or None, explanation=why)


def _usage(n_input_tokens: int, n_output_tokens: int, cost_usd: float | None) -> Any:
    from inspect_ai.model import ModelUsage

    return ModelUsage(
        input_tokens=n_input_tokens,
        output_tokens=n_output_tokens,
        total_tokens=n_input_tokens + n_output_tokens,
        total_cost=cost_usd,
    )


def _results(attempt: Attempt, tally: _Tally) -> "EvalResults":
    from inspect_ai.log import EvalMetric, EvalResults, EvalScore

    document = ExperimentDocument.model_validate(attempt.document)
    scores = []
    for name, scorer in document.parsed_scorers:
        stated = tally.scores.get(name, [])
        values = [value for value in stated if value is not None]
        metrics = {"accuracy" if scorer.is_share else "mean": statistics.fmean(values)} if values else {}
        if len(values) > 1:
            metrics["stderr"] = statistics.stdev(values) / math.sqrt(len(values))
        scores.append(
            EvalScore(
                name=name,
                scorer=name,
                scored_samples=len(values),
                unscored_samples=len(stated) - len(values),
                params=scorer.model_dump(mode="json"),
                metrics={each: EvalMetric(name=each, value=value) for each, value in metrics.items()},
            )
        )
    n_planned = attempt.n_samples * document.repeats
    return EvalResults(total_samples=n_planned, completed_samples=tally.n_answered, scores=scores)


def _rows(reading: Reading, attempt_id: str, place: int) -> Iterator[tuple[ExperimentSample, ExperimentAnswer]]:
    """Yield the answers of a configuration with their samples, some of them at a time."""
    samples, answers = ExperimentSample, ExperimentAnswer
    joined = (answers.attempt_id == samples.attempt_id) & (answers.place == samples.place)
    chosen = select(samples, answers).join(answers, joined).where(samples.attempt_id == attempt_id)
    chosen = chosen.where(answers.configuration == place).order_by(samples.place, answers.repeat)
    with reading() as session:
        yield from session.execute(chosen.execution_options(yield_per=ROWS_AT_ONCE)).tuples()
