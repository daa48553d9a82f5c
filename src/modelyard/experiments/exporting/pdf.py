"""A report of an attempt as PDF: the layout is report.typ, and the data goes there as JSON, never as markup."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from modelyard.data.reporting.setting import set_pages, short_title
from modelyard.data.reporting.shown import breakable
from modelyard.experiments.exporting.content import Content, Table


def write_pdf(content: Content, target: Path, *, scratch: Path) -> None:
    """Write the report; the same report gives the same bytes."""
    layout = files(__package__).joinpath("report.typ").read_bytes()
    target.write_bytes(set_pages(layout, document(content), made_at=content.made_at, scratch=scratch))


def document(content: Content) -> dict[str, Any]:
    """Return what the layout reads: texts only, ready to be set."""
    return {
        "title": breakable(content.title),
        "short_title": breakable(short_title(content.title)),
        "subtitle": breakable(content.subtitle),
        "made_at": f"{content.made_at:%Y-%m-%d}",
        "facts": [[name, breakable(value)] for name, value in content.facts],
        "figures": [[number, breakable(words)] for number, words in content.figures],
        "sections": [
            {
                "title": breakable(each.title),
                "lead": breakable(each.lead),
                "drawn": [{"svg": one.svg, "told": one.told, "width": 1.0} for one in each.drawn],
                "tables": [_table(one) for one in each.tables],
                "sentences": [breakable(one) for one in each.sentences],
            }
            for each in content.sections
        ],
        "limits": [breakable(each) for each in content.limits],
    }


def _table(table: Table) -> dict[str, Any]:
    rows = [[breakable(cell) for cell in row] for row in table.rows]
    return {"head": list(table.head), "is_number": list(table.is_number), "rows": rows}
