"""From a table of scores to the comparison."""

from collections.abc import Callable, Iterator, Sequence

from modelyard.experiments.comparing.configurations import configuration_result
from modelyard.experiments.comparing.document import (
    ConfigurationPair,
    ConfigurationResult,
    ExperimentResults,
    ScorerResult,
)
from modelyard.experiments.comparing.grouping import group_results
from modelyard.experiments.comparing.pairing import chosen_pairs, compared, corrected
from modelyard.experiments.comparing.score_table import ScorerFacts, ScoreTable
from modelyard.experiments.recorded import is_recorded
from modelyard.experiments.statistics.clusters import MIN_CLUSTERS

Figure = Callable[[ConfigurationResult], float | None]


def compare(table: ScoreTable, *, is_light: bool = False) -> ExperimentResults:
    """Return every configuration, every pair and every group; a light comparison leaves out intervals of latencies."""
    rows = [configuration_result(table, place, is_light=is_light) for place in range(len(table.configurations))]
    return ExperimentResults(
        n_samples=table.n_samples,
        n_repeats=table.n_repeats,
        n_groups=len(table.group_names),
        is_whole=not any(row.n_missing for row in rows),
        configurations=rows,
        scorers=[_scorer(table, rows, each) for each in table.scorers],
        notes=list(_notes(table, rows)),
    )


def _scorer(table: ScoreTable, rows: Sequence[ConfigurationResult], scorer: ScorerFacts) -> ScorerResult:
    value = _value_of(scorer.name)
    best = max((row.place for row in rows if value(row) is not None), key=lambda at: value(rows[at]) or 0, default=None)
    places, note = chosen_pairs(len(rows), best)
    pairs = corrected(compared(table, scorer, places), [row.name for row in rows])
    not_worse = _not_worse(best, pairs, rows, value)
    cheapest, why = _cheapest(best, not_worse, rows)
    groups, groups_note = group_results(table, scorer, pairs, best)
    return ScorerResult(
        name=scorer.name,
        kind=scorer.kind,
        title=scorer.title,
        is_share=scorer.is_share,
        best=best,
        not_worse=not_worse,
        cheapest_not_worse=cheapest,
        cheapest_why=why,
        cost_front=front(rows, value, lambda row: row.usd_per_answer),
        latency_front=front(rows, value, lambda row: row.seconds.p50.value if row.seconds else None),
        pairs=pairs,
        pairs_note=note,
        groups=groups,
        groups_note=groups_note,
    )


def front(rows: Sequence[ConfigurationResult], value: Figure, price: Figure) -> list[int]:
    """Return the places of those that no other beats: none has both at least the score and at most the price.

    Of equal ones all are there. Those without a score or a price are on no front.
    """
    known = [(price(row), value(row), row.place) for row in rows]
    points = sorted(
        ((cost, score, place) for cost, score, place in known if cost is not None and score is not None),
        key=lambda point: (point[0], -point[1], point[2]),
    )
    found: list[tuple[float, float, int]] = []
    for point in points:
        if not found or point[1] > found[-1][1] or point[:2] == found[-1][:2]:
            found.append(point)
    return [place for _, _, place in found]


def _value_of(name: str) -> Figure:
    def value(row: ConfigurationResult) -> float | None:
        found = row.scores[name].estimate
        return found.value if found else None

    return value


def _not_worse(
    best: int | None, pairs: Sequence[ConfigurationPair], rows: Sequence[ConfigurationResult], value: Figure
) -> list[int]:
    """Return those that were compared with the best and are not significantly worse, the best first, then by score."""
    if best is None:
        return []
    found = [best]
    for pair in pairs:
        if best not in (pair.first, pair.second) or pair.difference is None:
            continue
        other = pair.second if pair.first == best else pair.first
        is_behind = (pair.difference > 0) == (pair.first == best) and pair.difference != 0
        if not (pair.is_certain and is_behind):
            found.append(other)
    return [best, *sorted(found[1:], key=lambda place: (-(value(rows[place]) or 0.0), place))]


def _cheapest(
    best: int | None, not_worse: Sequence[int], rows: Sequence[ConfigurationResult]
) -> tuple[int | None, str]:
    if best is None:
        return None, "No configuration has a score."
    priced = [(rows[place].usd_per_answer, place) for place in not_worse]
    known = [(usd, place) for usd, place in priced if usd is not None]
    n_unknown = len(priced) - len(known)
    if not known:
        return None, "Nobody knows what these configurations cost: state the prices with their LLMs."
    usd, place = min(known, key=lambda each: (each[0], not_worse.index(each[1])))
    unknown = f" What {n_unknown} others cost is not known." if n_unknown else ""
    of_best = rows[best].usd_per_answer
    if place == best:
        return place, f"No cheaper configuration is as good.{unknown}"
    if of_best:
        return place, f"It costs {1 - usd / of_best:.0%} less than the best, and is not significantly worse.{unknown}"
    return place, f"It is not significantly worse than the best.{unknown}"


def _notes(table: ScoreTable, rows: Sequence[ConfigurationResult]) -> Iterator[str]:
    n_failed = [row.n_failed for row in rows]
    if any(n_failed):
        can_ask = not is_recorded(each.stated["strategy"] for each in table.configurations)
        yield (
            f"{sum(n_failed):,} answers failed and count into no score; beside each score stands what it would be if "
            f"they counted as wrong.{' Resume the attempt to ask them again.' if can_ask else ''}"
        )
    if any(row.n_missing for row in rows):
        n_missing = sum(row.n_missing for row in rows)
        yield (
            f"{n_missing:,} answers are not there yet, or were not asked for: configurations are compared on the "
            "samples that both have."
        )
    if 2 <= len(table.group_names) < MIN_CLUSTERS:
        yield (
            f"The {len(table.group_names)} groups are too few to speak for other groups: intervals are for more "
            "samples of these groups."
        )
    elif len(table.group_names) >= MIN_CLUSTERS:
        yield "Intervals and tests allow for what the samples of a group have in common."
    if table.n_samples < 2:
        yield "One sample shows nothing of other samples."
