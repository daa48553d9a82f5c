"""Every pair of configurations on its common samples, corrected for looking at all of them."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from modelyard.experiments.comparing.document import ConfigurationPair
from modelyard.experiments.comparing.score_table import ScorerFacts, ScoreTable
from modelyard.experiments.comparing.telling import pair_told
from modelyard.experiments.statistics.pairs import Pair, paired
from modelyard.experiments.statistics.power import SURE
from modelyard.kernel.intervals.chance import holm

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MOST_PAIRED = 25
"""Configurations that are compared each with each: of more, each is compared with the best only."""
Places = tuple[int, int]


def chosen_pairs(n_configurations: int, best: int | None) -> tuple[list[Places], str]:
    """Return the pairs that are compared, and a sentence where these are not all."""
    if n_configurations <= MOST_PAIRED:
        return list(itertools.combinations(range(n_configurations), 2)), ""
    if best is None:
        return [], "No configuration has a score."
    with_best = [(min(best, each), max(best, each)) for each in range(n_configurations) if each != best]
    note = f"Of more than {MOST_PAIRED} configurations each is compared with the best one only."
    return with_best, note


def compared(
    table: ScoreTable, scorer: ScorerFacts, places: Sequence[Places], *, rows: "Array | None" = None
) -> list[ConfigurationPair]:
    """Return the pairs without correction; `rows` of shape (n_samples,) leaves samples out."""
    return [_pair(table, scorer, first, second, rows) for first, second in places]


def corrected(pairs: Sequence[ConfigurationPair], names: Sequence[str]) -> list[ConfigurationPair]:
    """Return the pairs with p-values for looking at all of them, each told in a sentence."""
    known = holm([each.p_value for each in pairs])
    found = []
    for pair, p_holm in zip(pairs, known, strict=True):
        changed = pair.model_copy(update={"p_holm": p_holm, "is_certain": p_holm is not None and p_holm < SURE})
        found.append(changed.model_copy(update={"told": pair_told(changed, names[pair.first], names[pair.second])}))
    return found


def _pair(table: ScoreTable, scorer: ScorerFacts, first: int, second: int, rows: "Array | None") -> ConfigurationPair:
    values, groups = table.scores[scorer.name], table.clusters()
    a, b = values[first], values[second]
    if rows is not None:
        a, b, groups = a[rows], b[rows], None
    found = paired(a, b, is_share=scorer.is_share, groups=groups)
    return ConfigurationPair(first=first, second=second, n=0, told="") if found is None else _of(found, first, second)


def _of(found: Pair, first: int, second: int) -> ConfigurationPair:
    return ConfigurationPair(
        first=first,
        second=second,
        n=found.n,
        first_value=found.first,
        second_value=found.second,
        difference=found.difference,
        low=found.low,
        high=found.high,
        method=found.method,
        p_value=found.p_value,
        test=found.test,
        n_only_first=found.n_only_first,
        n_only_second=found.n_only_second,
        n_both=found.n_both,
        n_neither=found.n_neither,
        error=found.error,
        detectable=found.detectable,
        n_needed=found.n_needed,
        n_more=found.n_more,
        mcnemar_p_value=found.mcnemar_p_value,
        told="",
    )
