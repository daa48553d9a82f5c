"""The comparison by group: where the order of two configurations turns."""

from typing import TYPE_CHECKING, Any

from modelyard.experiments.comparing.configurations import score_estimate
from modelyard.experiments.comparing.document import ConfigurationPair, GroupResult
from modelyard.experiments.comparing.pairing import Places, compared, corrected
from modelyard.experiments.comparing.score_table import ScorerFacts, ScoreTable

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MOST_GROUPS = 60
"""Groups that are shown: of more, the largest."""
MOST_GROUP_PAIRS = 1500
"""Pairs of all groups together: of more, those with the best configuration."""


def group_results(
    table: ScoreTable, scorer: ScorerFacts, overall: list[ConfigurationPair], best: int | None
) -> tuple[list[GroupResult], str]:
    """Return the groups in the order of the samples, and a sentence where these are not all."""
    import numpy as np

    if len(table.group_names) < 2:
        return [], ""
    sizes = np.bincount(table.groups[table.groups >= 0], minlength=len(table.group_names))
    shown = sorted(np.argsort(-sizes, kind="stable")[:MOST_GROUPS].tolist())
    places: list[Places] = [(pair.first, pair.second) for pair in overall]
    notes = []
    if len(shown) < len(sizes):
        notes.append(f"The {len(shown)} largest of {len(sizes):,} groups are shown.")
    if len(places) * len(shown) > MOST_GROUP_PAIRS:
        places = [each for each in places if best in each]
        notes.append("In each group the configurations are compared with the best one.")
    members = [table.groups == group for group in shown]
    every = [pair for rows in members for pair in compared(table, scorer, places, rows=rows)]
    every = corrected(every, [each.name for each in table.configurations])
    order = {(pair.first, pair.second): pair.difference or 0.0 for pair in overall}
    every = [each.model_copy(update={"is_reversal": _is_reversal(each, order)}) for each in every]
    found = []
    for at, (group, rows) in enumerate(zip(shown, members, strict=True)):
        pairs = every[at * len(places) : (at + 1) * len(places)]
        found.append(_group(table, scorer, table.group_names[group], rows, pairs))
    return found, " ".join(notes)


def _is_reversal(pair: ConfigurationPair, order: dict[Places, float]) -> bool:
    return (pair.difference or 0.0) * order[pair.first, pair.second] < 0


def _group(
    table: ScoreTable, scorer: ScorerFacts, name: str, rows: "Array", pairs: list[ConfigurationPair]
) -> GroupResult:
    values = table.scores[scorer.name]
    return GroupResult(
        name=name,
        n_samples=int(rows.sum()),
        estimates=[score_estimate(of[rows], scorer, None) for of in values],
        pairs=pairs,
        n_reversals=sum(each.is_reversal for each in pairs),
    )
