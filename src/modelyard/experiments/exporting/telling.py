"""Results in words and numbers, the same in Markdown, HTML and PDF."""

from modelyard.experiments.comparing.document import ConfigurationResult, ExperimentResults, ScorerResult
from modelyard.experiments.comparing.telling import estimate_told
from modelyard.experiments.tables import Attempt

MOST_GROUP_COLUMNS = 3
"""Configurations whose scores in groups fit on a page, the best ones."""
MOST_TURNED = 6
"""Pairs of one group that are named."""

SHORT = 0.1
"""Seconds below which a thousandth is too coarse."""
LITTLE_USD = 0.001
"""Below that four digits behind the point leave too few that count."""


def attempt_facts(attempt: Attempt, results: ExperimentResults) -> list[tuple[str, str]]:
    """Return what a reader should know of the attempt."""
    ended = f"{attempt.ended_at:%Y-%m-%d %H:%M} UTC" if attempt.ended_at else "not yet"
    asked = f"{results.n_samples:,} samples"
    if results.n_repeats > 1:
        asked += f", each {results.n_repeats} times"
    if results.n_groups:
        asked += f", in {results.n_groups:,} groups"
    return [
        ("Dataset", f"{attempt.dataset_name} ({attempt.dataset_digest[:12] or 'no hash'})"),
        ("Asked", asked),
        ("Ended", ended),
        ("Configuration document", f"SHA-256 {attempt.document_digest[:12]}"),
        ("Made with", attempt.code_version),
    ]


def configuration_titles(results: ExperimentResults) -> list[str]:
    """Return the heads of the table of configurations; scores are points of a hundred."""
    titles = [each.title for each in results.scorers]
    scores = [
        each.title if titles.count(each.title) == 1 else f"{each.title} ({each.name})" for each in results.scorers
    ]
    return ["Configuration", *scores, "N", "p50 s", "p95 s", "p99 s", "Tokens in", "Tokens out", "USD", "Failed"]


def configuration_cells(results: ExperimentResults, row: ConfigurationResult) -> list[str]:
    """Return one row of it: scores in points of a hundred with their 95 % intervals."""
    return [
        row.name,
        *(estimate_told(row.scores[each.name].estimate) for each in results.scorers),
        f"{row.n_samples:,}",
        *quantiles_told(row),
        f"{row.n_input_tokens:,}",
        f"{row.n_output_tokens:,}",
        usd_told(row),
        f"{row.n_failed:,}",
    ]


def quantiles_told(row: ConfigurationResult) -> list[str]:
    """Return p50, p95 and p99 of the seconds of its answers; short ones with the digits that tell them apart."""
    if row.seconds is None:
        return ["–"] * 3
    return [_seconds_told(each.value) for each in (row.seconds.p50, row.seconds.p95, row.seconds.p99)]


def _seconds_told(value: float) -> str:
    return f"{value:.2f}" if value >= 1 or value == 0 else f"{value:.3f}" if value >= SHORT else f"{value:.4f}"


def usd_told(row: ConfigurationResult) -> str:
    """Return what it cost; what nobody knows is said, never 0."""
    if row.usd is None:
        return "unknown"
    more = f" + {row.n_unknown_cost:,} unknown" if row.n_unknown_cost else ""
    return f"{row.usd:.4f}{more}" if row.usd >= LITTLE_USD else f"{row.usd:.7f}".rstrip("0").rstrip(".") + more


def ranked(scorer: ScorerResult, results: ExperimentResults) -> list[int]:
    """Return the places of the configurations, the highest score first; those without one stand last."""
    found = [row.scores[scorer.name].estimate for row in results.configurations]
    return sorted(range(len(found)), key=lambda at: -(each.value if (each := found[at]) else -1.0))


def group_titles(scorer: ScorerResult, results: ExperimentResults) -> list[str]:
    """Return the heads of the table of groups: configurations by their rank, the first few of them."""
    n = min(len(results.configurations), MOST_GROUP_COLUMNS)
    return ["Group", "Samples", *(f"No. {rank + 1}" for rank in range(n)), "Order turned"]


def group_rows(scorer: ScorerResult, results: ExperimentResults) -> list[list[str]]:
    """Return a row for each group: the scores in points of a hundred, and which pairs stand the other way round."""
    order = ranked(scorer, results)
    rank = {place: at + 1 for at, place in enumerate(order)}
    rows = []
    for group in scorer.groups:
        cells = [estimate_told(group.estimates[place]) for place in order[:MOST_GROUP_COLUMNS]]
        pairs = sorted(sorted((rank[each.first], rank[each.second])) for each in group.pairs if each.is_reversal)
        turned = ", ".join(f"{low} and {high}" for low, high in pairs[:MOST_TURNED])
        more = f" and {len(pairs) - MOST_TURNED:,} more" if len(pairs) > MOST_TURNED else ""
        rows.append([group.name, f"{group.n_samples:,}", *cells, turned + more])
    return rows
