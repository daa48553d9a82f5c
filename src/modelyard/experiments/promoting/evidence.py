"""The evidence that a configuration is promoted by: its scores beside the others', as the comparison has them."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from modelyard.experiments.comparing.document import ConfigurationResult, ExperimentResults
from modelyard.experiments.comparing.verbs import results_of
from modelyard.experiments.tables import LIVE_ATTEMPTS, Attempt
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid

MOST_PAIRS = 10
"""Comparisons with others that are kept."""


class ScoreEvidence(BaseModel):
    """A mean with its 95 % interval, null where there is none, over `n` samples."""

    value: float
    low: float | None
    high: float | None
    n: int


class Evidence(BaseModel):
    """What a configuration was chosen by."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    experiment: str
    """Its id."""
    experiment_name: str
    attempt: int
    """Its number."""
    configuration: int
    """Its place."""
    name: str
    strategy: str
    """The kind of its strategy."""
    llm: str
    dataset: str
    n_samples: int
    is_whole: bool
    """Whether every sample was asked."""
    scores: dict[str, ScoreEvidence | None]
    """By scorer, the deciding one first; null: no answer could be scored."""
    p50_seconds: float | None
    usd_per_answer: float | None
    is_best: bool
    """By the deciding scorer."""
    is_not_worse: bool
    """Whether it is not significantly worse than the best."""
    compared: list[str]
    """The comparisons with the others, a sentence each."""

    @property
    def brief(self) -> dict[str, Any]:
        """Return the document that what was promoted keeps."""
        return self.model_dump(mode="json")


def evidence_of(ctx: Context, attempt: Attempt, place: int) -> Evidence:
    """Return the evidence for the configuration at `place`; raise Conflict while there is none."""
    ctx.require("experiments:read")
    if attempt.state in LIVE_ATTEMPTS:
        raise Conflict(f"Attempt {attempt.number} is {attempt.state}.", hint="Wait for its end, or finish it early.")
    if not 0 <= place < len(attempt.configurations):
        message = f"Attempt {attempt.number} has no configuration at place {place}."
        raise Invalid(message, fields=[FieldError(("configuration",), message)])
    results = results_of(ctx, attempt.experiment_id, attempt.number)
    row = results.configurations[place]
    if not row.n_answers:
        raise Conflict(f"{row.name} has no answers.", hint="Resume the attempt, then promote what answered.")
    return _stated(attempt, results, row)


def _stated(attempt: Attempt, results: ExperimentResults, row: ConfigurationResult) -> Evidence:
    frozen, first = attempt.configurations[row.place], results.scorers[0]
    pairs = [pair for pair in first.pairs if row.place in (pair.first, pair.second)]
    return Evidence(
        experiment=attempt.experiment_id,
        experiment_name=attempt.document["name"],
        attempt=attempt.number,
        configuration=row.place,
        name=row.name,
        strategy=frozen["strategy"]["kind"],
        llm=frozen["llm"]["name"],
        dataset=attempt.dataset_name,
        n_samples=row.n_samples,
        is_whole=results.is_whole,
        scores={each.name: _score(row, each.name) for each in results.scorers},
        p50_seconds=row.seconds.p50.value if row.seconds else None,
        usd_per_answer=row.usd_per_answer,
        is_best=first.best == row.place,
        is_not_worse=row.place in first.not_worse,
        compared=[pair.told for pair in pairs[:MOST_PAIRS]],
    )


def _score(row: ConfigurationResult, name: str) -> ScoreEvidence | None:
    found = row.scores[name].estimate if name in row.scores else None
    return None if found is None else ScoreEvidence(value=found.value, low=found.low, high=found.high, n=found.n)
