"""How a report's figures are said: the same words in PDF and HTML."""

from collections.abc import Sequence
from datetime import datetime

from modelyard.predictions.percents import percent, percent_range
from modelyard.predictions.reports.content import Report, Share


def subtitle(report: Report) -> str:
    """Return the line below the title."""
    return f"Predicted by {report.facts.model} · made {instant(report.facts.made_at)}"


def facts(report: Report) -> list[tuple[str, str]]:
    """Return what, with which model, when and how many, as names and values."""
    known = report.facts
    version = f", version {known.version}" if known.version is not None else ""
    found = [
        ("File", known.filename),
        ("Endpoint", known.endpoint),
        ("Model", f"{known.model}{version}"),
        ("Predicts", known.target),
        ("Predicted", instant(known.predicted_at)),
        ("Rows", f"{known.n_rows:,}, of which {known.n_failed:,} could not be predicted"),
    ]
    if known.label:
        found.insert(1, ("Label", known.label))
    if known.n_unsure is not None and known.not_sure_below is not None:
        below = percent(known.not_sure_below, 0)
        found.append(("Not sure", f"{known.n_unsure:,} rows with a confidence below {below}"))
    return found


def instant(at: datetime) -> str:
    """Return a time as it is said: a report has no reader whose zone is known."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def bar(share: Share, shares: Sequence[Share]) -> tuple[float, float, float]:
    """Return how long the bar of a share is and where its interval begins and ends, with the largest interval at 1."""
    longest = max(each.high for each in shares) or 1.0
    return share.share / longest, share.low / longest, share.high / longest


def interval(share: Share) -> str:
    """Return a share's interval."""
    return percent_range(share.low, share.high)


TELLING_NOTE = (
    "Words clearly oftener in texts of the class than in all others, by log-odds with a prior (z: in standard errors), "
    "and how many texts of the class and of the others have them."
)
WORD_TITLES = ("Word", "In class", "In others", "z")
