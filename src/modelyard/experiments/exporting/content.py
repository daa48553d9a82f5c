"""What a report of an attempt says, as data: both the PDF and the HTML are made of it, and of nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from modelyard.data.reporting.shown import shown
from modelyard.experiments.comparing.document import ExperimentResults, ScorerResult
from modelyard.experiments.comparing.telling import estimate_told
from modelyard.experiments.exporting.charts import charts_of
from modelyard.experiments.exporting.telling import group_rows, group_titles, quantiles_told, ranked, usd_told
from modelyard.models.charts.render import svg

NAME_CHARACTERS = 90
MOST_PAIRS = 60
"""Pairs that are told: of more, the surest."""
CENT = 0.01
"""US dollars; less is no amount that a figure shows."""


@dataclass(frozen=True)
class Drawn:
    """A chart; `told` says in words what is to be seen."""

    svg: str
    told: str


@dataclass(frozen=True)
class Table:
    """A table of texts."""

    head: Sequence[str]
    is_number: Sequence[bool]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """A part of a report under its title: a lead, charts, tables, sentences."""

    title: str
    lead: str = ""
    drawn: Sequence[Drawn] = ()
    tables: Sequence[Table] = ()
    sentences: Sequence[str] = ()


@dataclass(frozen=True)
class Content:
    """A report; `figures` are numbers with what they are, shown large."""

    title: str
    subtitle: str
    made_at: datetime
    facts: Sequence[tuple[str, str]]
    figures: Sequence[tuple[str, str]] = ()
    sections: Sequence[Section] = field(default_factory=tuple)
    limits: Sequence[str] = ()


def content_of(
    results: ExperimentResults, facts: Sequence[tuple[str, str]], *, title: str, number: int, made_at: datetime
) -> Content:
    """Return the report of a comparison, its charts drawn."""
    return Content(
        title=shown(title, 200),
        subtitle=f"Comparison of {len(results.configurations):,} configurations, attempt {number}",
        made_at=made_at,
        facts=[(name, shown(value, 300)) for name, value in facts],
        figures=list(_figures(results)),
        sections=[*(_scorer(each, results) for each in results.scorers), *_took(results)],
        limits=[shown(each, 500) for each in results.notes] or ["These figures hold for samples like these."],
    )


def _figures(results: ExperimentResults) -> Iterator[tuple[str, str]]:
    first = results.scorers[0] if results.scorers else None
    if first is not None and first.best is not None:
        best = results.configurations[first.best]
        found = best.scores[first.name].estimate
        yield f"{100 * found.value:.1f}" if found else "–", f"of 100: {shown(best.name, 60)}, the best"
    yield f"{results.n_samples:,}", "samples"
    yield f"{sum(row.n_answers for row in results.configurations):,}", "answers"
    spent = [row.usd for row in results.configurations if row.usd is not None]
    n_unknown = sum(row.n_unknown_cost for row in results.configurations)
    if spent:
        total = sum(spent)
        yield (
            f"${total:,.2f}" if total == 0 or total >= CENT else "< $0.01",
            "spent" + (f", {n_unknown:,} answers of unknown price" if n_unknown else ""),
        )


def _scorer(scorer: ScorerResult, results: ExperimentResults) -> Section:
    names = [shown(row.name, NAME_CHARACTERS) for row in results.configurations]
    lead = "Scores are points of a hundred, with 95 % intervals."
    if scorer.best is not None:
        lead = f"Best: {names[scorer.best]}. " + lead
    if scorer.cheapest_not_worse is not None:
        lead += f" Cheapest that is not significantly worse: {names[scorer.cheapest_not_worse]}. {scorer.cheapest_why}"
    pairs = sorted(scorer.pairs, key=lambda pair: pair.p_holm if pair.p_holm is not None else 2.0)
    sentences = [shown(pair.told, 600) for pair in pairs[:MOST_PAIRS]]
    if len(pairs) > MOST_PAIRS:
        sentences.append(f"The {MOST_PAIRS} surest of {len(pairs):,} pairs are told.")
    tables = [_scores(scorer, results, names)]
    if scorer.groups:
        cells = [[shown(cell, NAME_CHARACTERS) for cell in row] for row in group_rows(scorer, results)]
        head = group_titles(scorer, results)
        tables.append(Table(head, [False, *[True] * (len(head) - 2), False], cells))
    drawn = [Drawn(svg(each.spec), each.title) for each in charts_of(results, scorer) if each.spec is not None]
    return Section(scorer.title, lead, drawn, tables, sentences)


def _scores(scorer: ScorerResult, results: ExperimentResults, names: Sequence[str]) -> Table:
    """Return the scores of all configurations, the highest first, with what could not be scored."""
    scores = [row.scores[scorer.name] for row in results.configurations]
    rows = [
        [
            f"{rank}",
            names[at],
            estimate_told(scores[at].estimate),
            f"{found.n:,}" if (found := scores[at].estimate) else "0",
            f"{scores[at].n_not_scorable:,}",
            _verdict(scorer, at),
        ]
        for rank, at in enumerate(ranked(scorer, results), 1)
    ]
    head = ["No.", "Configuration", "Score (95 % interval)", "N", "Not scorable", ""]
    return Table(head, [True, False, True, True, True, False], rows)


def _verdict(scorer: ScorerResult, place: int) -> str:
    if place == scorer.best:
        return "best"
    if place == scorer.cheapest_not_worse:
        return "cheapest, not worse"
    return "not worse" if place in scorer.not_worse else "worse"


def _took(results: ExperimentResults) -> Iterator[Section]:
    """Yield what the answers took."""
    head = ["Configuration", "p50 s", "p95 s", "p99 s", "Tokens in", "Tokens out", "USD", "Failed"]
    rows = []
    for row in results.configurations:
        tokens = [f"{row.n_input_tokens:,}", f"{row.n_output_tokens:,}"]
        rows.append(
            [shown(row.name, NAME_CHARACTERS), *quantiles_told(row), *tokens, usd_told(row), f"{row.n_failed:,}"]
        )
    lead = "Seconds without waiting for a turn. A price that nobody knows is no zero."
    yield Section("What the answers took", lead, tables=[Table(head, [False, *[True] * 7], rows)])
