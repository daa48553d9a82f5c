"""From the rows of an attempt to its table of scores."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from modelyard.experiments.comparing.score_table import (
    ANSWERED,
    FAILED,
    ConfigurationFacts,
    ScorerFacts,
    ScoreTable,
    empty_arrays,
)
from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.tables import Attempt, ExperimentAnswer, ExperimentSample

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

ROWS_AT_ONCE = 2000
MOST_REASONS = 20
"""Reasons of one scorer and configuration that are counted apart."""
OTHER_REASONS = "For other reasons."


def gathered(session: Session, attempt: Attempt) -> ScoreTable:
    """Return the figures of the answers that are there, whatever the attempt's state."""
    import numpy as np

    document = ExperimentDocument.model_validate(attempt.document)
    scorers = tuple(
        ScorerFacts(name, each.kind_name(), name if each.is_recorded else each.title, each.is_share)
        for name, each in document.parsed_scorers
    )
    keys, groups, group_names = _samples(session, attempt)
    stated = attempt.configurations
    shape = (len(stated), len(keys), document.repeats)
    arrays = empty_arrays(*shape)
    scores = {each.name: np.full(shape, np.nan) for each in scorers}
    errors, endings = _Names(), _Names()
    tallies = [_Tally() for _ in stated]
    for row in _answers(session, attempt):
        at = (row.configuration, row.place, row.repeat)
        if not (row.configuration < shape[0] and row.place < shape[1] and row.repeat < shape[2]):
            continue
        has_failed = row.error_kind is not None
        arrays["state"][at] = FAILED if has_failed else ANSWERED
        arrays["seconds"][at] = row.seconds
        arrays["n_input_tokens"][at] = row.n_input_tokens
        arrays["n_output_tokens"][at] = row.n_output_tokens
        arrays["usd"][at] = math.nan if row.cost_usd is None else row.cost_usd
        arrays["error"][at] = errors.place(row.error_kind) if has_failed else -1
        arrays["ended"][at] = endings.place(row.ended)
        tally = tallies[row.configuration]
        tally.note(row)
        for name, values in () if has_failed else scores.items():
            values[at] = tally.scored(name, row.scores.get(name))
    return ScoreTable(
        configurations=tuple(each.facts(of) for each, of in zip(tallies, stated, strict=True)),
        scorers=scorers,
        group_names=group_names,
        error_kinds=tuple(errors.places),
        endings=tuple(endings.places),
        keys=keys,
        groups=groups,
        scores=scores,
        **arrays,
    )


def sample_key(sample_id: str, question: str) -> int:
    """Return the number that a sample has in every attempt that asks the same question under the same id."""
    return int.from_bytes(hashlib.blake2b(f"{sample_id}\0{question}".encode(), digest_size=8).digest(), "big")


class _Names:
    """Places of names in the order in which they came."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, name: str) -> int:
        return self.places.setdefault(name, len(self.places))


@dataclass
class _Tally:
    """What is counted of a configuration while its answers are read."""

    first: float = math.inf
    last: float = -math.inf
    n_timed: int = 0
    n_reused: int = 0
    n_estimated: int = 0
    reasons: dict[str, Counter[str]] = field(default_factory=dict)

    def note(self, row: Row[Any]) -> None:
        self.n_estimated += row.is_estimated
        if row.reused_from is not None:
            self.n_reused += 1
            return
        self.n_timed += 1
        self.last = max(self.last, row.created_at.timestamp())
        self.first = min(self.first, (row.created_at - timedelta(seconds=row.seconds)).timestamp())

    def scored(self, name: str, score: Any) -> float:
        """Return the value of a score; NaN, and its reason counted, when there is none."""
        found = score if isinstance(score, dict) else {"why": "It was not scored."}
        value = found.get("value")
        if isinstance(value, int | float) and math.isfinite(value):
            return float(value)
        reasons = self.reasons.setdefault(name, Counter())
        why = str(found.get("why") or "No reason was given.")
        reasons[why if why in reasons or len(reasons) < MOST_REASONS else OTHER_REASONS] += 1
        return math.nan

    def facts(self, stated: dict[str, Any]) -> ConfigurationFacts:
        return ConfigurationFacts(
            name=stated["name"],
            stated=stated,
            wall_seconds=self.last - self.first if self.n_timed else None,
            n_timed=self.n_timed,
            n_reused=self.n_reused,
            n_estimated=self.n_estimated,
            not_scorable={name: dict(found.most_common()) for name, found in self.reasons.items()},
        )


def _samples(session: Session, attempt: Attempt) -> "tuple[Array, Array, tuple[str, ...]]":
    """Return keys and groups of the samples in their order, and the names of the groups."""
    import numpy as np

    columns = (ExperimentSample.sample_id, ExperimentSample.question, ExperimentSample.group)
    chosen = select(*columns).where(ExperimentSample.attempt_id == attempt.id).order_by(ExperimentSample.place)
    names, keys, groups = _Names(), [], []
    for sample_id, question, group in session.execute(chosen.execution_options(yield_per=ROWS_AT_ONCE)):
        keys.append(sample_key(sample_id, question))
        groups.append(names.place(group) if group is not None else -1)
    return np.array(keys, np.uint64), np.array(groups, np.int32), tuple(names.places)


def _answers(session: Session, attempt: Attempt) -> Iterator[Row[Any]]:
    columns = (
        *(ExperimentAnswer.configuration, ExperimentAnswer.place, ExperimentAnswer.repeat),
        *(ExperimentAnswer.ended, ExperimentAnswer.error_kind, ExperimentAnswer.seconds, ExperimentAnswer.created_at),
        *(ExperimentAnswer.n_input_tokens, ExperimentAnswer.n_output_tokens, ExperimentAnswer.is_estimated),
        *(ExperimentAnswer.cost_usd, ExperimentAnswer.scores, ExperimentAnswer.reused_from),
    )
    chosen = select(*columns).where(ExperimentAnswer.attempt_id == attempt.id)
    yield from session.execute(chosen.execution_options(yield_per=ROWS_AT_ONCE))
