"""What has changed since training, column by column, with the sentences that a person should read first."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from modelyard.data.words.log_odds import TellingWord, log_odds
from modelyard.data.words.segment import is_installed
from modelyard.models.distributions import as_category, count_words, counted_texts, rounded
from modelyard.predictions.drift.bins import Bins, bins_of_categories, bins_of_numbers
from modelyard.predictions.drift.measures import (
    MUCH_CHANGE,
    SOME_CHANGE,
    kolmogorov_smirnov,
    psi,
    psi_by_chance,
    shares_differ,
    z_limit,
)
from modelyard.predictions.percents import percent

FALSE_ALARMS = 0.05
"""Probability that an endpoint whose rows have not drifted is alarmed about at all, over all tests of a report."""
TESTS_PER_COLUMN = 4
"""Distribution, missing values, values unseen or out of range or words, lengths."""
LEAST_DIFFERENCE = 0.05
"""Of shares of missing or unseen values, so that a real but small change is no alarm."""
LEAST_WORD_DIFFERENCE = 0.02
MOST_WORDS = 30
NOT_KEPT = "Not measured: the model was trained before distributions were kept. Train it again to see drift."
NO_ROOM = "Not measured: the profile has no room for this column."
UNMEASURED_KINDS = {"date": "Not measured: dates move on by nature.", "id": "Not measured: ids are all different."}


@dataclass(frozen=True)
class Recent:
    """New rows: the values of each column, what the model said of those that the compared version answered."""

    columns: Mapping[str, Sequence[Any]]
    predictions: Sequence[Any]
    n_rows: int


@dataclass
class ColumnDrift:
    """One column; `told` says it in a sentence, `training` and `recent` are shares of the same bins."""

    name: str
    kind: str
    psi: float | None = None
    psi_by_chance: float | None = None
    ks: float | None = None
    p_value: float | None = None
    is_drifted: bool = False
    told: str = ""
    n: int = 0
    missing: dict[str, float] | None = None
    unseen_share: float | None = None
    training: dict[str, Any] | None = None
    recent: dict[str, Any] | None = None


@dataclass
class _Report:
    alpha: float
    n_rows: int
    has_distributions: bool
    columns: list[ColumnDrift] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)


def drift_report(profile: Mapping[str, Any], recent: Recent, inputs: Sequence[str]) -> dict[str, Any]:
    """Return alerts, columns, words and predictions of new rows beside the training profile, JSON-able.

    All tests of a report together alarm with a probability of at most 5 % where nothing drifted (Bonferroni); an index
    that chance alone reaches with so few rows is no alarm, whatever the convention says.
    """
    known = {column["name"]: column for column in profile.get("columns", ())}
    columns = [known[name] for name in inputs if name in known]
    n_measured = sum("distribution" in column for column in columns)
    n_tests = TESTS_PER_COLUMN * n_measured + 1
    report = _Report(FALSE_ALARMS / n_tests, recent.n_rows, n_measured > 0)
    for column in columns:
        report.columns.append(_column(report, column, recent.columns.get(column["name"], ())))
    prediction = _prediction(report, profile.get("prediction"), recent.predictions)
    return {
        "n_rows": recent.n_rows,
        "alerts": report.alerts,
        "columns": [asdict(column) for column in report.columns],
        "prediction": prediction,
        "words": report.words,
    }


def _column(report: _Report, column: Mapping[str, Any], values: Sequence[Any]) -> ColumnDrift:
    found = ColumnDrift(column["name"], column["kind"])
    distribution = column.get("distribution")
    if distribution is None:
        found.told = UNMEASURED_KINDS.get(column["kind"], NO_ROOM if report.has_distributions else NOT_KEPT)
        return found
    if not report.n_rows:
        found.told = "No new rows."
        return found
    known = [value for value in values if value is not None]
    if distribution["of"] == "number":
        known = _finite(known)
        _numbers(report, found, distribution, known)
        _out_of_range(report, found, distribution, known)
    elif distribution["of"] == "category":
        _categories(report, found, distribution, Counter(map(as_category, known)))
    else:
        _texts(report, found, distribution, [str(value) for value in known])
    found.n = len(known)
    _missing(report, found, distribution, n_rows=len(values))
    return found


def _finite(values: Iterable[Any]) -> list[float]:
    """Return the numbers among the values, rounded as those of training are."""
    numbers = [number for value in values if (number := _number(value)) is not None]
    return rounded(numbers).tolist()


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _numbers(
    report: _Report, found: ColumnDrift, distribution: Mapping[str, Any], values: Sequence[float], what: str = "Values"
) -> None:
    _index(report, found, bins_of_numbers(distribution, values), what)
    compared = kolmogorov_smirnov(distribution["points"], distribution["counts"], values)
    if compared is not None:
        found.ks, found.p_value = compared.distance, compared.p_value


def _out_of_range(
    report: _Report, found: ColumnDrift, distribution: Mapping[str, Any], values: Sequence[float]
) -> None:
    """Alarm about values that training did not reach, which bins of equal shares may not show (-999 for missing)."""
    points, n = distribution["points"], sum(distribution["counts"])
    if not points or not values:
        return
    least, largest = points[0], points[-1]
    n_out = sum(not least <= value <= largest for value in values)
    found.unseen_share = n_out / len(values)
    # Of n + 1 draws the last is the least with a chance of 1 / (n + 1), and as often the largest.
    if found.unseen_share - 2 / (n + 1) >= LEAST_DIFFERENCE and shares_differ(n_out, len(values), 2, n, report.alpha):
        said = f"{_share(found.unseen_share)} of the values are outside those of training, {least:g} to {largest:g}"
        _alert(report, found, said)


def _categories(
    report: _Report, found: ColumnDrift, distribution: Mapping[str, Any], counts: Mapping[str, int]
) -> None:
    _index(report, found, bins_of_categories(distribution, counts), "Values")
    if len(distribution["values"]) < distribution["n_unique"]:
        return  # which of the others are new is not known
    known = {value for value, _count in distribution["values"]}
    n, n_unseen = sum(counts.values()), sum(count for value, count in counts.items() if value not in known)
    if not n:
        return
    found.unseen_share = n_unseen / n
    expected = distribution["n_single"]
    if found.unseen_share - expected / distribution["n"] >= LEAST_DIFFERENCE and shares_differ(
        *(n_unseen, n, expected, distribution["n"]), report.alpha
    ):
        new = [value for value, _count in Counter(counts).most_common() if value not in known]
        named = ", ".join(_quoted(value) for value in new[:3])
        _alert(report, found, f"{_share(found.unseen_share)} of the values were not seen in training: {named}")


def _texts(report: _Report, found: ColumnDrift, distribution: Mapping[str, Any], texts: Sequence[str]) -> None:
    _numbers(report, found, distribution["lengths"], _finite(map(len, texts)), "Lengths of texts")
    training: dict[str, int] = dict(map(tuple, distribution["words"]))
    language = distribution.get("segmented")  # profiles of before say nothing: their words are as they stand
    texts = counted_texts(texts, language)
    n_training, n_recent = distribution["n_texts"], len(texts)
    if not training or not n_recent or (language is not None and not is_installed()):
        return
    recent = count_words(texts, language)
    # What a word had in training that is not kept is at most what the rarest kept one had.
    unknown = 0 if distribution["has_all_words"] else min(training.values())
    new = {word: unknown for word, n in recent.items() if word not in training and n / n_recent > unknown / n_training}
    before = training | new
    told = log_odds({word: recent[word] for word in before if recent[word]}, before)
    limit = z_limit(report.alpha, len(before))
    shifted = [
        word
        for word in sorted(told, key=lambda word: (-abs(word.z), word.word))
        if abs(word.n_a / n_recent - word.n_b / n_training) >= LEAST_WORD_DIFFERENCE and abs(word.z) > limit
    ]
    report.words += [
        _word(found.name, word, n_recent, n_training, is_new=word.word in new) for word in shifted[:MOST_WORDS]
    ]
    if shifted:
        named = ", ".join(
            f"{_quoted(word.word)} ({_share(word.n_b / n_training)} → {_share(word.n_a / n_recent)})"
            for word in shifted[:3]
        )
        _alert(report, found, f"words in more or fewer texts than in training, {len(shifted)} in all: {named}")


def _word(column: str, word: TellingWord, n_recent: int, n_training: int, *, is_new: bool) -> dict[str, Any]:
    shares = {"training": word.n_b / n_training, "recent": word.n_a / n_recent}
    return {"column": column, "word": word.word, **shares, "z": word.z, "log_odds": word.log_odds, "is_new": is_new}


def _missing(report: _Report, found: ColumnDrift, distribution: Mapping[str, Any], *, n_rows: int) -> None:
    n_before, n_now = distribution["n_missing"], n_rows - found.n
    of_before = n_before + _n_known(distribution)
    if not of_before or not n_rows:
        return
    before, now = n_before / of_before, n_now / n_rows
    found.missing = {"training": before, "recent": now}
    if abs(now - before) >= LEAST_DIFFERENCE and shares_differ(n_before, of_before, n_now, n_rows, report.alpha):
        _alert(report, found, f"missing values went from {_share(before)} to {_share(now)}")


def _n_known(distribution: Mapping[str, Any]) -> int:
    if distribution["of"] == "category":
        return int(distribution["n"])
    return int(sum((distribution["lengths"] if distribution["of"] == "text" else distribution)["counts"]))


def _index(report: _Report, found: ColumnDrift, bins: Bins, what: str) -> None:
    n_training, n_recent = sum(bins.training), sum(bins.recent)
    found.training, found.recent = bins.told(bins.training), bins.told(bins.recent)
    if not n_training or not n_recent:
        found.told = "No values to compare."
        return
    found.psi = psi(bins.training, bins.recent)
    if len(bins.names) < 2:
        found.told = "All values are the one that training had."
        return
    by_chance = psi_by_chance(n_training, n_recent, len(bins.names), report.alpha)
    found.psi_by_chance = by_chance
    if found.psi >= SOME_CHANGE and found.psi > by_chance:
        much = "much" if found.psi >= MUCH_CHANGE else "somewhat"
        counted = f"PSI {found.psi:.2f}, n = {n_recent:,}"
        _alert(report, found, f"{what.lower()} have changed {much} since training ({counted})")
    elif by_chance >= MUCH_CHANGE:
        found.told = f"Too few rows to tell: with {n_recent:,}, chance alone reaches a PSI of {by_chance:.2f}."
    elif found.psi >= SOME_CHANGE:
        found.told = f"{what} have a PSI of {found.psi:.2f}, which chance alone reaches with {n_recent:,} rows."
    else:
        found.told = f"{what} are as in training (PSI {found.psi:.2f})."


def _prediction(report: _Report, training: Mapping[str, Any] | None, predictions: Sequence[Any]) -> dict[str, Any]:
    found = ColumnDrift("prediction", "prediction")
    if training is None:
        found.told = NOT_KEPT
    elif not predictions:
        found.told = "This version has answered no rows in this time."
    elif training["of"] == "category":
        counts = Counter(map(as_category, predictions))
        _index(report, found, bins_of_categories(training, counts), "Predictions")
    else:
        _numbers(report, found, training, _finite(predictions), "Predictions")
    found.n = len(predictions)
    shares = {side: _by_name(getattr(found, side)) for side in ("training", "recent")}
    return {**asdict(found), **shares, "split": training["split"] if training else None}


def _by_name(told: Mapping[str, Any] | None) -> dict[str, float] | None:
    return dict(zip(told["bins"], told["shares"], strict=True)) if told else None


def _alert(report: _Report, found: ColumnDrift, sentence: str) -> None:
    found.is_drifted = True
    whole = f"{sentence[0].upper()}{sentence[1:]}."
    found.told = f"{found.told} {whole}".strip()
    subject = "Predictions" if found.kind == "prediction" else f"Column {_quoted(found.name)}"
    report.alerts.append(f"{subject}: {sentence}.")


def _share(value: float) -> str:
    return percent(value, 1 if value < 0.1 else 0)


def _quoted(text: str) -> str:
    shown = text if len(text) <= 60 else f"{text[:57]}…"
    return f"'{shown}'"
