"""How a report's figures are said: the same words in PDF and HTML."""

from datetime import datetime

from modelyard.predictions.reports.content import Example, Report, Share, ToldWord


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
        found.append(("Not sure", f"{known.n_unsure:,} rows with a confidence below {known.not_sure_below:.0%}"))
    return found


def instant(at: datetime) -> str:
    """Return a time as it is said: a report has no reader whose zone is known."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def interval(share: Share) -> str:
    """Return a share's interval."""
    return f"{share.low:.1%} – {share.high:.1%}"


def confidence(example: Example) -> str:
    """Return how sure the model was of a row."""
    return "–" if example.confidence is None else f"{example.confidence:.0%}"


def texts_with(word: ToldWord) -> str:
    """Return how many texts of the class, and of the others, have a word."""
    return f"{word.n_inside:,} / {word.n_outside:,}"


def has_labels(report: Report) -> bool:
    """Say whether any row shown has a label."""
    return any(example.label for example in report.rows)


TELLING_NOTE = (
    "Oftener in texts of the class than in all others: by log-odds with a prior, in standard errors (z). "
    "n: texts of the class, and of the others, that have the word."
)
