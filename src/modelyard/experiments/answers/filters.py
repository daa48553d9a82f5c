"""Which samples are looked at: by who was right, group, error, how it ended, words, labels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from modelyard.experiments.comparing.score_table import ScorerFacts, ScoreTable
from modelyard.experiments.statistics.pairs import RIGHT
from modelyard.kernel.errors import FieldError, Invalid

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Who = Literal["all", "right", "wrong", "only_first", "only_second", "both", "neither", "differ", "not_scored"]
"""`right`, `wrong` and `not_scored` are said of the first configuration, the others of both."""
Sort = Literal["place", "difference"]
_OF_BOTH = frozenset({"only_first", "only_second", "both", "neither", "differ"})


@dataclass(frozen=True)
class AnswerFilters:
    """What is asked; empty ones leave everything in."""

    first: int = 0
    """Place of a configuration."""
    second: int | None = None
    who: Who = "all"
    scorer: str | None = None
    """Name; None: the first one."""
    group: str | None = None
    error_kind: str | None = None
    ended: str | None = None
    search: str = ""
    labelled: bool | None = None
    sort: Sort = "place"


def matching(table: ScoreTable, filters: AnswerFilters) -> "Array":
    """Return the places of the samples that the scores let through, in order; words and labels are not looked at.

    Raises Invalid for a configuration, scorer, group, error or end that the table does not have.
    """
    import numpy as np

    first, second = _means(table, filters)
    kept = _who(first, second, filters.who)
    if filters.group is not None:
        kept = kept & (table.groups == _place(table.group_names, filters.group, "group"))
    chosen = [at for at in (filters.first, filters.second) if at is not None]
    if filters.error_kind is not None:
        error = _place(table.error_kinds, filters.error_kind, "error_kind")
        kept = kept & (table.error[chosen] == error).any(axis=(0, 2))
    if filters.ended is not None:
        ended = _place(table.endings, filters.ended, "ended")
        kept = kept & (table.ended[chosen] == ended).any(axis=(0, 2))
    places = np.flatnonzero(kept)
    if filters.sort == "difference" and second is not None:
        gap = np.nan_to_num(abs(first - second), nan=-1.0)[places]
        places = places[np.argsort(-gap, kind="stable")]
    return places


def sample_scores(table: ScoreTable, configuration: int, scorer: ScorerFacts) -> "Array":
    """Return the mean of each sample's repeats, shape (n_samples,); NaN where no answer has a score."""
    import numpy as np

    values = table.scores[scorer.name][configuration]
    known = ~np.isnan(values)
    counts = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def chosen_scorer(table: ScoreTable, name: str | None) -> ScorerFacts:
    """Return a scorer of the table by its name, or the first one; raise Invalid."""
    found = next((each for each in table.scorers if name in (None, each.name)), None)
    if found is None:
        raise _wrong("scorer", name, [each.name for each in table.scorers])
    return found


def _means(table: ScoreTable, filters: AnswerFilters) -> "tuple[Array, Array | None]":
    scorer = chosen_scorer(table, filters.scorer)
    for field, at in (("first", filters.first), ("second", filters.second)):
        if at is not None and at >= len(table.configurations):
            raise _wrong(field, at, list(range(len(table.configurations))))
    if filters.second is None and (filters.who in _OF_BOTH or filters.sort == "difference"):
        message = f"{filters.who!r} is said of two configurations; name the second one."
        raise Invalid(message, fields=[FieldError(("second",), message)])
    second = sample_scores(table, filters.second, scorer) if filters.second is not None else None
    return sample_scores(table, filters.first, scorer), second


def _who(first: "Array", second: "Array | None", who: Who) -> "Array":
    import numpy as np

    right, wrong = first >= RIGHT, first < RIGHT  # NaN is neither
    if who == "all":
        return np.ones(len(first), bool)
    if who == "not_scored":
        return np.isnan(first)
    if second is None or who not in _OF_BOTH:
        return right if who == "right" else wrong
    also_right, also_wrong = second >= RIGHT, second < RIGHT
    found: Array = {
        "only_first": right & also_wrong,
        "only_second": wrong & also_right,
        "both": right & also_right,
        "neither": wrong & also_wrong,
        "differ": abs(first - second) > 0,
    }[who]
    return found


def _place(names: tuple[str, ...], name: str, field: str) -> int:
    if name not in names:
        raise _wrong(field, name, list(names))
    return names.index(name)


def _wrong(field: str, value: object, known: list[Any]) -> Invalid:
    message = f"This attempt has no {field.replace('_', ' ')} {value!r}."
    hint = f"There are: {', '.join(map(str, known[:20]))}." if known else "There are none."
    return Invalid(message, hint=hint, fields=[FieldError((field,), message)])
