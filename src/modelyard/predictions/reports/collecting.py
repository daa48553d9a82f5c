"""A report's contents from the results of a batch."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from modelyard.data.reporting.shown import shown
from modelyard.data.words.clouds import CloudWord, cloud_svg, lay_out
from modelyard.data.words.counts import WordCounts
from modelyard.data.words.log_odds import CLEAR_Z, log_odds
from modelyard.data.words.stop_words import guess_language, stop_words
from modelyard.models.charts.render import svg
from modelyard.models.charts.theme import CATEGORY_COLORS
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.batches.results import ResultRow, Results
from modelyard.predictions.batches.tallies import Tally
from modelyard.predictions.comparing.charts import batch_charts, group_charts
from modelyard.predictions.comparing.groups import Group
from modelyard.predictions.comparing.statistics import mean, shares
from modelyard.predictions.comparing.verbs import NO_LABEL
from modelyard.predictions.percents import percent
from modelyard.predictions.reports.content import (
    Example,
    Examples,
    Facts,
    Picture,
    Report,
    Share,
    ToldClass,
    ToldWord,
)
from modelyard.predictions.reports.shown import EXAMPLE_CHARACTERS, ROW_CHARACTERS, predicted, row_text
from modelyard.predictions.words.colors import class_colors
from modelyard.predictions.words.counting import Counted, add_texts, cloud_words
from modelyard.predictions.words.reading import chosen_column, stream_texts, text_columns

READ_TEXTS = 200_000
"""Words are counted in so many texts, spread evenly."""
CLOUD_WORDS = 90
CLOUD_WIDTH, CLOUD_HEIGHT = 760, 360
MAX_CLASSES = 40
"""Classes in the table of shares: the most frequent."""
EXAMPLE_CLASSES = 12
TELLING_CLASSES = 8
TELLING_WORDS = 8
N_EXAMPLES = 3
LOOKED_AT = 60
"""Rows that examples are chosen from: texts that say the same are shown once."""
MAX_LABELS = 12
MAX_ROWS = 10_000
_PAGE_ROWS = 1000
NEUTRAL = "#5f5a53"

Say = Callable[[str, float], None]


def collect(
    results: Results, facts: Facts, *, title: str, numbers: dict[str, Any] | None, with_rows: bool, say: Say
) -> Report:
    """Return what the report says; `say` is told what is being done and how far it is."""
    say("Counting predictions", 0.05)
    by_label = results.tallies()
    tally = Tally()
    for each in by_label.values():
        tally.join(each)
    say("Drawing charts", 0.1)
    pictures = _charts(results, by_label, tally, facts, numbers)
    say("Counting words", 0.2)
    cloud, cloud_note, telling = _words(results)
    say("Choosing examples", 0.6)
    column = chosen_column(results, None) if text_columns(results) else None
    shown_shares, shares_note = _shares(tally, results.classes)
    say("Reading rows", 0.65)
    rows, rows_note = _rows(results, column) if with_rows else ((), "")
    return Report(
        title=shown(title, 200),
        facts=facts,
        figures=_figures(facts, tally),
        shares=shown_shares,
        shares_note=shares_note,
        charts=pictures,
        cloud=cloud,
        cloud_note=cloud_note,
        telling=telling,
        examples=_examples(results, column, tally),
        limits=_limits(facts, tally),
        rows=rows,
        rows_note=rows_note,
        rows_title="Text" if column is not None else "Inputs",
    )


def _figures(facts: Facts, tally: Tally) -> tuple[tuple[str, str], ...]:
    found = [(f"{tally.n:,}", "rows predicted"), (f"{facts.n_failed:,}", "rows could not be predicted")]
    if (average := mean(tally)) is not None:
        found.append((f"{average.value:,.4g}", f"mean, 95 % interval {average.low:,.4g} to {average.high:,.4g}"))
    if tally.mean_confidence is not None:
        found.append((percent(tally.mean_confidence, 0), "mean confidence"))
    if facts.n_unsure is not None and facts.not_sure_below is not None:
        found.append((f"{facts.n_unsure:,}", f"not sure: confidence below {percent(facts.not_sure_below, 0)}"))
    return tuple(found)


def _charts(
    results: Results, by_label: dict[str, Tally], tally: Tally, facts: Facts, numbers: dict[str, Any] | None
) -> tuple[Picture, ...]:
    """Return the charts of the page, but for the shares of classes, which the report has as a table."""
    charts = batch_charts(tally, results.classes, numbers, not_sure_below=facts.not_sure_below)
    if results.classes is not None:
        charts = [chart for chart in charts if chart.id != "distribution"]
    if len(by_label) > 1:
        largest = sorted(by_label, key=lambda label: (-by_label[label].n, label))[:MAX_LABELS]
        groups = [Group(label, shown(label or NO_LABEL, 40), by_label[label]) for label in sorted(largest)]
        charts += group_charts(groups, results.classes, in_time=False)
    return tuple(Picture(chart.title, svg(chart.spec), _alt(chart.spec)) for chart in charts if chart.spec)


def _shares(tally: Tally, classes: Sequence[str] | None) -> tuple[tuple[Share, ...], str]:
    if classes is None:
        return (), ""
    colors = class_colors(classes, "light")
    kept = sorted(classes, key=lambda name: -tally.classes.get(name, 0))[:MAX_CLASSES]
    shown_classes = [name for name in classes if name in set(kept)] if len(classes) <= MAX_CLASSES else kept
    found = tuple(
        Share(shown(name, 80), colors[name], tally.classes.get(name, 0), each.share, each.low, each.high)
        for name, each in shares(tally, shown_classes).items()
    )
    note = f"The {len(found)} most frequent of {len(classes)} classes." if len(found) < len(classes) else ""
    return found, note


def _words(results: Results) -> tuple[Picture | None, str, tuple[ToldClass, ...]]:
    if not text_columns(results):
        return None, "", ()
    column = chosen_column(results, None)
    counts, by_class = WordCounts(), dict[str, WordCounts]()
    total, rows = stream_texts(results, column, RowFilters(), at_most=READ_TEXTS)
    first = [row for _, row in zip(range(1000), rows, strict=False)]
    language = guess_language(row.text for row in first)
    add_texts(first, counts, by_class, language=language)
    add_texts(rows, counts, by_class, language=language)
    found = Counted(counts, by_class, language, total, total > READ_TEXTS)
    left_out = stop_words(language)
    words = cloud_words(found, left_out=left_out, limit=CLOUD_WORDS)
    note = _words_note(found, words)
    if not words:
        return None, note, ()
    drawn = lay_out(words, width=CLOUD_WIDTH, height=CLOUD_HEIGHT)
    if drawn.missing:
        missing = ", ".join(shown(each.word, 30) for each in drawn.missing[:10])
        note += f" Not in the picture, which has no letters for them: {missing}."
    picture = cloud_svg(drawn, class_colors(results.classes or (), "light"), prefix="words")
    told = f"The most frequent words: {', '.join(f'{each.word} ({each.n:,})' for each in words[:8])}"
    cloud = Picture("Words", picture, told, drawn.width / CLOUD_WIDTH) if drawn.placed else None
    return cloud, note, _telling(found, results, left_out)


def _words_note(found: Counted, words: Sequence[CloudWord]) -> str:
    if not found.counts.n_texts:
        return "The rows have no text."
    if not words:
        return "The texts hold only stop-words."
    error = f" Counts may be up to {found.counts.max_missing:,} too low." if found.counts.max_missing else ""
    without = f" Stop-words ({found.language}) are left out." if found.language else ""
    coloured = " A colour: clearly oftener in that class than in the others." if len(found.by_class) > 1 else ""
    return f"Counted in {found.told}.{without}{coloured}{error}"


def _telling(found: Counted, results: Results, left_out: frozenset[str]) -> tuple[ToldClass, ...]:
    colors = class_colors(results.classes or (), "light")
    whole = found.counts.without(left_out)
    names = sorted(found.by_class, key=lambda name: -found.by_class[name].n_texts)[:TELLING_CLASSES]
    order = {name: place for place, name in enumerate(results.classes or ())}
    told = []
    for name in sorted(names, key=lambda each: order.get(each, 0)) if len(found.by_class) > 1 else ():
        inside = found.by_class[name].without(left_out)
        outside = {word: n - inside.get(word, 0) for word, n in whole.items()}
        clear = [each for each in log_odds(inside, outside)[:TELLING_WORDS] if each.z >= CLEAR_Z]
        words = tuple(ToldWord(each.word, each.z, each.n_a, each.n_b) for each in clear)
        told.append(ToldClass(shown(name, 80), colors.get(name, NEUTRAL), words))
    return tuple(told)


def _examples(results: Results, column: str | None, tally: Tally) -> tuple[Examples, ...]:
    if results.classes is None:
        high, low = (_extremes(results, column, None, "prediction", descending=down) for down in (True, False))
        return (Examples("", CATEGORY_COLORS[0], "Highest", high, "Lowest", low),)
    colors = class_colors(results.classes, "light")
    frequent = sorted(tally.classes, key=lambda name: -tally.classes[name])[:EXAMPLE_CLASSES]
    found = []
    for name in [name for name in results.classes if name in set(frequent)]:
        if tally.n_confident == 0:
            first = _extremes(results, column, name, "row", descending=False)
            found.append(Examples(shown(name, 80), colors[name], "First rows", first, "", ()))
            continue
        sure = _extremes(results, column, name, "confidence", descending=True)
        unsure = _extremes(results, column, name, "confidence", descending=False)
        known = {example.text.casefold() for example in sure}
        rest = tuple(example for example in unsure if example.text.casefold() not in known)
        found.append(Examples(shown(name, 80), colors[name], "Most sure", sure, "Least sure", rest))
    return tuple(found)


def _extremes(
    results: Results, column: str | None, class_name: str | None, by: Any, *, descending: bool
) -> tuple[Example, ...]:
    _, rows = results.rows(RowFilters(class_=class_name, sort=by, descending=descending), limit=LOOKED_AT)
    distinct: dict[tuple[str, str], Example] = {}
    for row in rows:
        if row.error is None and len(distinct) < N_EXAMPLES:
            example = _example(row, column, EXAMPLE_CHARACTERS)
            distinct.setdefault((example.text.casefold(), example.prediction), example)
    return tuple(distinct.values())


def _rows(results: Results, column: str | None) -> tuple[tuple[Example, ...], str]:
    found: list[Example] = []
    for page in _pages(results):
        found += [_example(row, column, ROW_CHARACTERS) for row in page]
    cut = f"Texts are cut after {ROW_CHARACTERS} characters."
    if results.n_rows > len(found):
        cut = f"The first {len(found):,} of {results.n_rows:,} rows; the export has all of them. {cut}"
    return tuple(found), cut


def _pages(results: Results) -> Iterator[list[ResultRow]]:
    for offset in range(0, min(results.n_rows, MAX_ROWS), _PAGE_ROWS):
        yield results.rows(offset=offset, limit=min(_PAGE_ROWS, MAX_ROWS - offset))[1]


def _example(row: ResultRow, column: str | None, limit: int) -> Example:
    told = predicted(row.prediction) if row.error is None else "not predicted"
    return Example(row.row, row_text(row, column, limit), shown(row.label or "", 60), told, row.confidence)


def _limits(facts: Facts, tally: Tally) -> tuple[str, ...]:
    found = [
        "Predictions are estimates: some are wrong. How often is told by the model's own test figures, and only for "
        "rows like those that it was tested on.",
        "Intervals (95 %) say how far a share or a mean may vary for other rows like these; they do not say how often "
        "the model is wrong.",
    ]
    if tally.n_confident:
        found.append("Confidence is the model's own probability of the class it predicted.")
    if facts.n_failed:
        found.append(f"{facts.n_failed:,} rows could not be predicted and are in no figure; their reasons are a file.")
    return (*found, *(shown(warning, 300) for warning in facts.warnings[:10]))


def _alt(spec: dict[str, Any]) -> str:
    title = spec["title"]
    return f"{title['text']}: {title['subtitle']}"
