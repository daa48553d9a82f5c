"""A report of an attempt as one HTML file."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from modelyard.data.reporting.page import fact_table, figure, listed, note, page, said
from modelyard.experiments.exporting.content import Content, Section, Table


def write_html(content: Content, target: Path) -> None:
    """Write the report; the same report gives the same bytes."""
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(page(content.title, _pieces(content)))


def _pieces(content: Content) -> Iterator[str]:
    yield f"<header><h1>{said(content.title)}</h1><p class=note>{said(content.subtitle)}</p></header>"
    figures = "".join(
        f"<li><b>{escape(number)}</b><span>{said(words)}</span></li>" for number, words in content.figures
    )
    yield f"<ul class=figures>{figures}</ul>"
    yield f"<h2>Summary</h2>{fact_table(content.facts)}"
    for section in content.sections:
        yield from _section(section)
    yield f"<h2>What these figures cannot say</h2>{listed(content.limits)}"


def _section(section: Section) -> Iterator[str]:
    yield f"<h2>{said(section.title)}</h2>{note(section.lead)}"
    if section.tables:
        yield from _table(section.tables[0])
    yield from (figure(each.svg, each.told) for each in section.drawn)
    if section.sentences:
        yield listed(section.sentences)
    for table in section.tables[1:]:
        yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    classes = [" class=number" if is_number else "" for is_number in table.is_number]
    head = "".join(f"<th{each}>{escape(title)}</th>" for each, title in zip(classes, table.head, strict=True))
    yield f"<div class=wide><table class=rows><thead><tr>{head}</tr></thead><tbody>"
    for row in table.rows:
        cells = (f"<td{each}>{said(cell)}</td>" for each, cell in zip(classes, row, strict=True))
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"
