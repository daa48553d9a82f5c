"""The answers of an attempt as a table: a row per answer, with its sample, configuration and scores."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from modelyard.experiments.labels.verbs import labels_of
from modelyard.experiments.tables import Attempt, ExperimentAnswer, ExperimentSample, Label
from modelyard.experiments.verbs import get_attempt
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.yard import Yard

if TYPE_CHECKING:
    import polars as pl

SAMPLES_AT_ONCE = 200
MOST_ROWS_AT_ONCE = 2000
FACTS = (
    *("place", "sample_id", "group", "question", "expected", "configuration", "strategy", "llm", "model"),
    *("temperature", "max_tokens", "seed", "repeat", "text", "parsed", "ended", "error_kind", "error", "seconds"),
    *("n_requests", "n_input_tokens", "n_output_tokens", "is_estimated", "cost_usd", "is_reused"),
)
LABELS = ("label", "n_labels", "label_notes")

Labels = dict[tuple[int, int, int], list[Label]]
"""What people said, by configuration, sample and repeat."""


@dataclass(frozen=True)
class Exported:
    """What an export is of, read before its rows are."""

    attempt_id: str
    experiment_id: str
    number: int
    name: str
    """Of the experiment."""
    document: dict[str, Any]
    scorers: tuple[str, ...]
    configurations: tuple[dict[str, Any], ...]
    n_samples: int
    n_repeats: int

    @classmethod
    def of(cls, attempt: Attempt, scorers: Sequence[str]) -> "Exported":
        """Return what is exported of a row."""
        return cls(
            attempt_id=attempt.id,
            experiment_id=attempt.experiment_id,
            number=attempt.number,
            name=attempt.document["name"],
            document=attempt.document,
            scorers=tuple(scorers),
            configurations=tuple(attempt.configurations),
            n_samples=attempt.n_samples,
            n_repeats=attempt.document["repeats"],
        )


def answer_frames(yard: Yard, actor: Actor, exported: Exported) -> "Iterator[pl.DataFrame]":
    """Yield the answers by sample, configuration and repeat, each piece read in a transaction of its own.

    The first frame has no rows, so that there is a header also without answers.
    """
    yield _frame([], exported)
    per_sample = max(1, len(exported.configurations) * exported.n_repeats)
    at_once = max(1, min(SAMPLES_AT_ONCE, MOST_ROWS_AT_ONCE // per_sample))
    for start in range(0, exported.n_samples, at_once):
        with yard.context(actor, writes=False) as ctx:
            yield _frame(_rows(ctx, exported, range(start, start + at_once)), exported)


def _rows(ctx: Context, exported: Exported, places: range) -> list[list[Any]]:
    attempt = get_attempt(ctx, exported.experiment_id, exported.number)
    samples, answers = ExperimentSample, ExperimentAnswer
    chosen = (
        select(samples, answers)
        .join(answers, (answers.attempt_id == samples.attempt_id) & (answers.place == samples.place))
        .where(samples.attempt_id == attempt.id, samples.place >= places.start, samples.place < places.stop)
        .order_by(samples.place, answers.configuration, answers.repeat)
    )
    said: Labels = defaultdict(list)
    for label in labels_of(ctx, attempt, places):
        said[label.configuration, label.place, label.repeat].append(label)
    return [_row(sample, answer, exported, said) for sample, answer in ctx.session.execute(chosen)]


def _row(
    sample: ExperimentSample,
    answer: ExperimentAnswer,
    exported: Exported,
    said: Labels,
) -> list[Any]:
    of = exported.configurations[answer.configuration]
    scores = [answer.scores.get(name) or {} for name in exported.scorers]
    labels = said.get((answer.configuration, answer.place, answer.repeat), [])
    return [
        *(sample.place, sample.sample_id, sample.group, sample.question, sample.answer),
        *(of["name"], of["label"], of["llm"]["name"], of["llm"]["model"]),
        *(of["temperature"], of["max_tokens"], of["seed"], answer.repeat),
        *(answer.text, answer.parsed, answer.ended, answer.error_kind, answer.error, answer.seconds),
        *(answer.n_requests, answer.n_input_tokens, answer.n_output_tokens, answer.is_estimated),
        *(answer.cost_usd, answer.reused_from is not None),
        *(each.get("value") for each in scores),
        *(each.get("why") for each in scores),
        *(sum(each.value for each in labels) / len(labels) if labels else None, len(labels)),
        "\n".join(each.note for each in labels if each.note) or None,
    ]


def _frame(rows: list[list[Any]], exported: Exported) -> "pl.DataFrame":
    import polars as pl

    numbers = dict.fromkeys(("temperature", "seconds", "cost_usd", "label"), pl.Float64)
    whole = ("place", "max_tokens", "seed", "repeat", "n_requests", "n_input_tokens", "n_output_tokens", "n_labels")
    types = {**numbers, **dict.fromkeys(whole, pl.Int64), **dict.fromkeys(("is_estimated", "is_reused"), pl.Boolean)}
    schema = {name: types.get(name, pl.String) for name in FACTS}
    schema |= {f"score_{name}": pl.Float64 for name in exported.scorers}
    schema |= {f"why_{name}": pl.String for name in exported.scorers}
    schema |= {name: types.get(name, pl.String) for name in LABELS}
    return pl.DataFrame(rows, schema=schema, orient="row", strict=False)
