"""One row of the comparison: scores with intervals, seconds, tokens, money, errors."""

import math
from typing import TYPE_CHECKING, Any

from modelyard.experiments.comparing.document import (
    ConfigurationResult,
    ConfigurationScore,
    Latencies,
    NoSpeed,
    Quantile,
    ScoreEstimate,
)
from modelyard.experiments.comparing.score_table import (
    ANSWERED,
    FAILED,
    MISSING,
    ConfigurationFacts,
    ScorerFacts,
    ScoreTable,
)
from modelyard.experiments.statistics.estimates import estimate
from modelyard.kernel.intervals.interval import NoInterval, quantile_interval

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


def configuration_result(table: ScoreTable, place: int, *, is_light: bool) -> ConfigurationResult:
    """Return the row of the configuration at `place`; a light one has no intervals of latencies."""
    facts, state = table.configurations[place], table.state[place]
    answered, failed = state == ANSWERED, state == FAILED
    n_answers, n_failed = int(answered.sum()), int(failed.sum())
    seconds = table.seconds[place][answered].astype(float)
    usd, asked = table.usd[place], answered | failed
    known = asked & ~_is_nan(usd)
    n_unknown = int(asked.sum() - known.sum())
    spent = float(usd[known].sum()) if known.any() else None
    n_output = int(table.n_output_tokens[place][asked].sum())
    return ConfigurationResult(
        place=place,
        name=facts.name,
        configuration=facts.stated,
        n_samples=int(answered.any(axis=1).sum()),
        n_answers=n_answers,
        n_failed=n_failed,
        n_missing=int((state == MISSING).sum()),
        n_reused=facts.n_reused,
        scores={each.name: configuration_score(table, place, each) for each in table.scorers},
        seconds=_latencies(seconds, is_light=is_light),
        answers_per_second=facts.n_timed / facts.wall_seconds if facts.wall_seconds else None,
        no_speed=_no_speed(facts, n_answers),
        tokens_per_second=_speed(table, place, answered),
        n_input_tokens=int(table.n_input_tokens[place][asked].sum()),
        n_output_tokens=n_output,
        n_estimated=facts.n_estimated,
        usd=spent,
        n_unknown_cost=n_unknown,
        usd_per_answer=spent / int(known.sum()) if spent is not None and not n_unknown else None,
        errors=_counted(table.error[place][failed], table.error_kinds),
        ended=_counted(table.ended[place][answered], table.endings),
    )


def _no_speed(facts: ConfigurationFacts, n_answers: int) -> NoSpeed | None:
    if facts.wall_seconds:
        return None
    if n_answers == 0:
        return "unanswered"
    if facts.n_timed:
        return "instant"
    return "reused" if facts.n_reused else "untimed"


def configuration_score(table: ScoreTable, place: int, scorer: ScorerFacts) -> ConfigurationScore:
    """Return one score of a configuration."""
    values = table.scores[scorer.name][place]
    reasons = table.configurations[place].not_scorable.get(scorer.name, {})
    with_failures = values.copy()
    with_failures[table.state[place] == FAILED] = 0.0
    known = with_failures[~_is_nan(with_failures)]
    return ConfigurationScore(
        estimate=score_estimate(values, scorer, table.clusters()),
        n_not_scorable=int(((table.state[place] == ANSWERED) & _is_nan(values)).sum()),
        not_scorable=reasons,
        value_with_failures=float(known.mean()) if len(known) else None,
    )


def score_estimate(values: "Array", scorer: ScorerFacts, groups: "Array | None") -> ScoreEstimate | None:
    """Return the mean of scores of shape (n_samples, n_repeats) with its interval."""
    found = estimate(values, is_share=scorer.is_share, groups=groups)
    return ScoreEstimate.model_validate(found, from_attributes=True) if found else None


def _latencies(seconds: "Array", *, is_light: bool) -> Latencies | None:
    import numpy as np

    if not len(seconds):
        return None
    quantiles = {name: _quantile(seconds, fraction, is_light=is_light) for name, fraction in _FRACTIONS.items()}
    return Latencies(mean=float(np.mean(seconds)), **quantiles)


def _quantile(seconds: "Array", fraction: float, *, is_light: bool) -> Quantile:
    import numpy as np

    value = float(np.quantile(seconds, fraction))
    if is_light:
        return Quantile(value=value)
    try:
        low, high = quantile_interval(seconds, fraction)
    except NoInterval:
        return Quantile(value=value)
    return Quantile(value=value, low=low, high=high)


def _speed(table: ScoreTable, place: int, answered: "Array") -> float | None:
    took = float(table.seconds[place][answered].sum(dtype=float))
    return float(table.n_output_tokens[place][answered].sum()) / took if took > 0 and math.isfinite(took) else None


def _counted(places: "Array", names: tuple[str, ...]) -> dict[str, int]:
    import numpy as np

    counts = np.bincount(places[places >= 0], minlength=len(names))
    found = {name: int(n) for name, n in zip(names, counts, strict=True) if n}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _is_nan(values: "Array") -> "Array":
    import numpy as np

    found: Array = np.isnan(values)
    return found


_FRACTIONS = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
