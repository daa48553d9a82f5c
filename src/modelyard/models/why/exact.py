"""Reasons of engines that can tell: contributions of prepared features led back to the columns and words of the row."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelyard.data.frames import Table
from modelyard.models.chain import Chain, replay
from modelyard.models.explain import Explanation, explain_prepared
from modelyard.models.signature import origins
from modelyard.models.why.reasons import NOT_THERE, TOGETHER, Reason, Why, merged
from modelyard.models.why.texts import Place, Terms, parts_of, terms_of, without_each

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

NO_COLUMN = "what does not depend on the row"
MAX_MIXED = 3
"""More raw columns than these behind one feature say nothing that a person could use."""
WORDS_LEFT_OUT = " Words: the change of the score when one is left out; “its words together” is what remains."
METHODS = {
    "linear_regression": "Coefficient × distance from the mean of training: exact for a linear model.",
    "logistic_regression": "Coefficient × distance from the mean of training: exact for a linear model.",
    "ensemble": (
        "Weighted mean of what the members say of their raw scores, each exactly; the ensemble itself averages "
        "predictions."
    ),
}
TREES = "TreeSHAP: exact Shapley values of the trees (Lundberg et al. 2020)."


def exact_whys(chain: Chain, frame: "pl.DataFrame") -> list[Why] | None:
    """Explain raw rows, which have all columns of `chain.schema`; None when it cannot be told of columns."""
    prepared = replay(chain, frame)
    if not chain.engine.tells_wholly(chain.fitted, prepared):
        return None
    found = explained(chain, prepared)
    if found is None:
        return None
    sources = _sources(chain, frame)
    if any(len(columns) > MAX_MIXED for columns in sources.values()):
        return None
    terms = terms_of(chain, frame)
    return [_Row(chain, found, frame, place).why(sources, terms) for place in range(frame.height)]


class _Row:
    """One explained row; numbers are of the output that speaks for its prediction."""

    def __init__(self, chain: Chain, found: Explanation, frame: "pl.DataFrame", place: int) -> None:
        self.chain, self.place = chain, place
        self.row = frame[place : place + 1]
        self.values = self.row.row(0, named=True)
        self.of, self.output, self.sign = _spoken_for(chain, found, place)
        self.base = self._score(found.base[place, self.output])
        moved = found.values[place, self.output]
        self.score = self.base + self._score(moved.sum())
        self.moved = {name: self._score(value) for name, value in zip(found.features, moved, strict=True)}

    def _score(self, number: float) -> float:
        return self.sign * float(number)

    def why(self, sources: dict[str, frozenset[str]], terms: Sequence[Terms]) -> Why:
        """Return the reasons; features of terms become words, others the columns that they are made of."""
        moved = dict(self.moved)
        reasons: list[Reason] = []
        for each in terms:
            taken = {name: moved.pop(name) for name in each.features & moved.keys()}
            reasons += _of_terms(each.column, each.places[self.place], taken)
        totals: dict[frozenset[str], float] = {}
        for feature, value in moved.items():
            totals[sources[feature]] = totals.get(sources[feature], 0.0) + value
        read = [next(iter(columns)) for columns in totals if len(columns) == 1 and self._has_words(columns)]
        for columns, total in totals.items():
            (name, *others) = sorted(columns) or [NO_COLUMN]
            if others or name == NO_COLUMN:
                reasons.append(Reason(f"{', '.join([name, *others])} together", None, None, total))
            elif name in read:
                reasons += self._of_words(name, total)
            else:
                reasons.append(Reason(name, name, self.values[name], total))
        return self._told(reasons, bool(read))

    def _told(self, reasons: list[Reason], has_left_out: bool) -> Why:
        fitted = self.chain.fitted
        method = METHODS.get(self.chain.engine.kind_name(), TREES) + (WORDS_LEFT_OUT if has_left_out else "")
        names = fitted.classes or (self.chain.signature.output.name,)
        scale = "raw score" if fitted.classes is None else "log-odds"
        return Why(names, self.of, self.base, self.score, merged(reasons), scale, method)

    def _has_words(self, columns: frozenset[str]) -> bool:
        return any(
            column.name in columns and column.kind == "text" and (self.values[column.name] or "").strip()
            for column in self.chain.schema.columns
        )

    def _of_words(self, name: str, total: float) -> list[Reason]:
        """Leave out each word; what these changes do not add up to is told as one reason, so that the sum is exact."""
        parts = parts_of(self.values[name])
        found = explained(self.chain, replay(self.chain, without_each(self.row, name, parts)))
        assert found is not None
        scores = found.base[:, self.output] + found.values[:, self.output].sum(axis=1)
        words = [
            Reason(text, name, None, self.score - self._score(score), ((start, end),))
            for (text, start, end), score in zip(parts, scores, strict=True)
        ]
        return [*words, Reason(TOGETHER, name, None, total - sum(word.contribution for word in words), ())]


def explained(chain: Chain, prepared: "pl.DataFrame") -> Explanation | None:
    """Explain prepared rows; None when the engine cannot tell."""
    return explain_prepared(chain.engine, chain.fitted, prepared, target=chain.signature.output.name)


def _sources(chain: Chain, frame: "pl.DataFrame") -> dict[str, frozenset[str]]:
    """Return the raw columns that each feature of the engine is made of."""
    made_of = origins(chain.steps, Table(frame.head(1), chain.schema))
    inputs = {item.name for item in chain.signature.inputs}
    return {name: frozenset(made_of[name] & inputs) for name in chain.fitted.features}


def _spoken_for(chain: Chain, found: Explanation, place: int) -> tuple[str, int, float]:
    """Return what was predicted, which output speaks of it, and whether for it (1) or against it (-1)."""
    if chain.fitted.classes is None:
        return chain.signature.output.name, 0, 1.0
    predicted = str(found.prediction.values[place])
    if len(found.outputs) > 1:
        return predicted, found.outputs.index(predicted), 1.0
    return predicted, 0, 1.0 if predicted == found.outputs[0] else -1.0


def _of_terms(column: str, places: Mapping[str, list[Place]], moved: Mapping[str, float]) -> list[Reason]:
    """Return a reason for each word; a term that stands in several counts in equal parts for each."""
    reasons = []
    absent = 0.0
    for feature, value in moved.items():
        found = places.get(feature, [])
        absent += 0.0 if found else value
        reasons += [Reason(word, column, None, value / len(found), ((start, end),)) for word, start, end in found]
    return [*reasons, Reason(NOT_THERE, column, None, absent, ())]
