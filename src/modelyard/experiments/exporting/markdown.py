"""The comparison as Markdown, for a README, an issue or a mail."""

import re
from collections.abc import Iterator, Sequence

from modelyard.experiments.comparing.document import ExperimentResults, ScorerResult
from modelyard.experiments.exporting.telling import (
    configuration_cells,
    configuration_titles,
    group_rows,
    group_titles,
    ranked,
)

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|!~])")


def as_markdown(name: str, number: int, results: ExperimentResults, facts: Sequence[tuple[str, str]]) -> str:
    """Return the comparison; no text of users is markup in it."""
    return "\n".join(_lines(name, number, results, facts)) + "\n"


def _lines(name: str, number: int, results: ExperimentResults, facts: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield f"# {plain(name)}, attempt {number}"
    yield ""
    yield from (f"- {plain(title)}: {plain(value)}" for title, value in facts)
    yield ""
    yield "## Configurations"
    yield ""
    yield "Scores are points of a hundred, with 95 % intervals."
    yield ""
    yield from _table(
        configuration_titles(results), [configuration_cells(results, row) for row in results.configurations]
    )
    for scorer in results.scorers:
        yield from _scorer(scorer, results)
    if results.notes:
        yield ""
        yield "## What these figures cannot say"
        yield ""
        yield from (f"- {plain(each)}" for each in results.notes)


def _scorer(scorer: ScorerResult, results: ExperimentResults) -> Iterator[str]:
    yield ""
    yield f"## {plain(scorer.title)} (`{scorer.name.replace('`', '')}`)"
    yield ""
    if scorer.best is not None:
        yield f"Best: **{plain(results.configurations[scorer.best].name)}**."
    if scorer.cheapest_not_worse is not None:
        cheapest = results.configurations[scorer.cheapest_not_worse].name
        yield f"Cheapest that is not significantly worse: **{plain(cheapest)}**. {plain(scorer.cheapest_why)}"
    yield ""
    yield from (f"- {plain(pair.told)}" for pair in scorer.pairs)
    if scorer.groups:
        yield ""
        yield "By group, configurations by their rank:"
        yield ""
        names = (plain(results.configurations[place].name) for place in ranked(scorer, results))
        yield from (f"{rank}. {name}" for rank, name in enumerate(names, 1))
        yield ""
        yield from _table(group_titles(scorer, results), group_rows(scorer, results))


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(map(plain, titles))} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(map(plain, row))} |"


def plain(text: str) -> str:
    """Return a text on one line in which nothing is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
