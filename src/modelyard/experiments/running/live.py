"""How an attempt stands while it runs: by configuration, and over all."""

import math
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from modelyard.experiments.amount import Amount
from modelyard.experiments.counting import FAILED
from modelyard.experiments.scorer import Scorer
from modelyard.experiments.tables import ExperimentAnswer
from modelyard.kernel.intervals.interval import MIN_ROWS, Interval, Z, wilson

N_LATEST = 1000
SPEED_SECONDS = 30.0


@dataclass
class Standing:
    """How one configuration stands."""

    name: str
    n_planned: int
    n_done: int = 0
    n_failed: int = 0
    n_reused: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    n_scored: int = 0
    score_sum: float = 0.0
    square_sum: float = 0.0
    sums: dict[str, list[float]] = field(default_factory=dict)
    """Of every scorer: how many scores there are, and their sum."""
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=N_LATEST))
    n_input_tokens: int = 0
    n_output_tokens: int = 0
    spent_usd: float = 0.0
    n_unknown_cost: int = 0

    def add(self, row: Mapping[str, Any], scorer: str) -> None:
        """Count one answer, with the columns of its row."""
        self.n_done += 1
        if row["ended"] == FAILED:
            self.n_failed += 1
            self.errors[row["error_kind"]] += 1
        else:
            self.seconds.append(row["seconds"])
        if row["reused_from"] is not None:
            self.n_reused += 1
        else:
            self.n_input_tokens += row["n_input_tokens"]
            self.n_output_tokens += row["n_output_tokens"]
            self.spent_usd += row["cost_usd"] or 0.0
            self.n_unknown_cost += row["cost_usd"] is None
        self.add_scores(row["scores"], scorer)

    def add_scores(self, scores: Mapping[str, Any], scorer: str) -> None:
        """Count the scores of one answer."""
        for name, each in scores.items():
            kept = self.sums.setdefault(name, [0, 0.0])
            if each["value"] is not None:
                kept[0] += 1
                kept[1] += each["value"]
        value = scores.get(scorer, {}).get("value")
        if value is not None:
            self.n_scored += 1
            self.score_sum += value
            self.square_sum += value * value

    @property
    def score(self) -> float | None:
        """Return the mean of the first scorer's scores so far."""
        return self.score_sum / self.n_scored if self.n_scored else None

    def interval(self, *, is_share: bool) -> Interval | None:
        """Return its 95 % interval, answers taken as independent; the comparison at the end goes by groups."""
        n, mean = self.n_scored, self.score
        if mean is None or n < MIN_ROWS:
            return None
        if is_share:
            return wilson(self.score_sum, n)
        deviation = math.sqrt(max(0.0, self.square_sum - n * mean * mean) / (n - 1))
        half = Z * deviation / math.sqrt(n)
        return max(0.0, mean - half), min(1.0, mean + half)


class Live:
    """How all configurations stand; the first scorer is followed."""

    def __init__(self, names: Sequence[str], scorers: Sequence[tuple[str, Scorer]], n_each: int) -> None:
        self.standings = [Standing(name, n_each) for name in names]
        self.n_planned = n_each * len(names)
        self._scorer, kind = scorers[0]
        self._names = {name for name, _ in scorers}
        self._is_share = kind.is_share
        self._moments: deque[tuple[float, int, int]] = deque([(time.monotonic(), 0, 0)])
        self._n_new = 0

    @property
    def n_done(self) -> int:
        """Answers that are kept."""
        return sum(each.n_done for each in self.standings)

    @property
    def paid(self) -> Amount:
        """Return what the answers took that are kept."""
        taken = (Amount(each.n_input_tokens, each.n_output_tokens, each.spent_usd) for each in self.standings)
        return sum(taken, Amount())

    def remember(self, session: Session, attempt_id: str) -> None:
        """Count what earlier runs of the attempt left; what failed is asked again and not counted."""
        answers = ExperimentAnswer
        names = (
            *("configuration", "ended", "error_kind", "reused_from", "seconds"),
            *("n_input_tokens", "n_output_tokens", "cost_usd", "scores"),
        )
        columns = [getattr(answers, name) for name in names]
        kept = select(*columns).where(answers.attempt_id == attempt_id, answers.ended != FAILED)
        for row in session.execute(kept.execution_options(yield_per=1000)).mappings():
            is_scored = self._names <= set(row["scores"])
            # Scores that are missing are made by this run, and counted then.
            self.standings[row["configuration"]].add(row if is_scored else {**row, "scores": {}}, self._scorer)

    def add(self, row: Mapping[str, Any], *, is_new: bool = True) -> None:
        """Count an answer that was kept now; of one that was there and lacked scores, these alone."""
        self._n_new += 1
        standing = self.standings[row["configuration"]]
        if is_new:
            standing.add(row, self._scorer)
        else:
            standing.add_scores(row["scores"], self._scorer)

    def document(self, n_requests: int, pauses: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what `schemas.RunningOut` says."""
        speed, asked = self._speeds(n_requests)
        left = self.n_planned - self.n_done
        return {
            "answers_per_second": speed,
            "requests_per_second": asked,
            "seconds_left": left / speed if speed else None,
            "pauses": pauses,
            "configurations": [self.row(place) for place in range(len(self.standings))],
        }

    def row(self, place: int) -> dict[str, Any]:
        """Return what `schemas.RunningConfigurationOut` says of one configuration."""
        each = self.standings[place]
        return {
            "configuration": place,
            "name": each.name,
            "n_planned": each.n_planned,
            "n_done": each.n_done,
            "n_failed": each.n_failed,
            "n_reused": each.n_reused,
            "errors": dict(each.errors),
            "scorer": self._scorer,
            "score": each.score,
            "interval": each.interval(is_share=self._is_share),
            "n_scored": each.n_scored,
            "means": {name: total / n if n else None for name, (n, total) in each.sums.items()},
            "p50_seconds": median(each.seconds) if each.seconds else None,
            "n_input_tokens": each.n_input_tokens,
            "n_output_tokens": each.n_output_tokens,
            "spent_usd": each.spent_usd,
            "n_unknown_cost": each.n_unknown_cost,
        }

    def _speeds(self, n_requests: int) -> tuple[float | None, float | None]:
        now = time.monotonic()
        while len(self._moments) > 1 and now - self._moments[1][0] > SPEED_SECONDS:
            self._moments.popleft()
        begun, n_before, asked_before = self._moments[0]
        self._moments.append((now, self._n_new, n_requests))
        passed = now - begun
        if passed < 1:
            return None, None
        return (self._n_new - n_before) / passed, (n_requests - asked_before) / passed
