"""A report as PDF: the layout is report.typ, and the data goes there as JSON, never as markup."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from modelyard.data.reporting.setting import set_pages, short_title
from modelyard.data.reporting.shown import breakable
from modelyard.predictions.percents import percent
from modelyard.predictions.reports import telling
from modelyard.predictions.reports.columns import RowTable, row_table
from modelyard.predictions.reports.content import Examples, Report


def write_pdf(report: Report, target: Path, *, scratch: Path) -> None:
    """Write the report; the same report gives the same bytes. Nothing is fetched and no other file is read."""
    layout = files(__package__).joinpath("report.typ").read_bytes()
    target.write_bytes(set_pages(layout, document(report), made_at=report.facts.made_at, scratch=scratch))


def document(report: Report) -> dict[str, Any]:
    """Return what the layout reads: texts only, ready to be set."""
    found = asdict(report)
    found |= {
        "title": breakable(report.title),
        "short_title": breakable(short_title(report.title)),
        "subtitle": breakable(telling.subtitle(report)),
        "made_at": _day(report.facts.made_at),
        "facts": [[name, breakable(value)] for name, value in telling.facts(report)],
        "telling_note": telling.TELLING_NOTE,
        "word_titles": telling.WORD_TITLES,
        "limits": [breakable(each) for each in report.limits],
        "rows": _table(row_table(report.rows_title, report.rows, with_prediction=True)) if report.rows else None,
    }
    found["shares"] = [
        {
            **asdict(each),
            "name": breakable(each.name),
            "n_told": f"{each.n:,}",
            "share_told": percent(each.share),
            "bar": telling.bar(each, report.shares),
            "interval_told": telling.interval(each),
        }
        for each in report.shares
    ]
    found["telling"] = [
        {
            "name": breakable(each.name),
            "color": each.color,
            "words": [
                [breakable(word.word), f"{word.n_inside:,}", f"{word.n_outside:,}", f"{word.z:.1f}"]
                for word in each.words
            ],
        }
        for each in report.telling
    ]
    found["examples"] = [
        {"title": breakable(each.title), "color": each.color, "tables": list(_tables(each))} for each in report.examples
    ]
    return found


def _tables(group: Examples) -> Iterator[dict[str, Any]]:
    for title, items in ((group.first_title, group.first), (group.second_title, group.second)):
        if items:
            yield _table(row_table(title, items, with_prediction=not group.title, is_even=True))


def _table(table: RowTable) -> dict[str, Any]:
    cells = [[breakable(cell) for cell in row] for row in table.cells()]
    return {"head": table.head, "is_number": table.is_number, "shares": table.shares, "rows": cells}


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
