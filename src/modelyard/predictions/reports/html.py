"""A report as one HTML file: no script, nothing fetched, and every text of users escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from modelyard.data.reporting.page import fact_table, figure, listed, note, page, said
from modelyard.predictions.percents import percent
from modelyard.predictions.reports import telling
from modelyard.predictions.reports.columns import RowTable, row_table
from modelyard.predictions.reports.content import Examples, Picture, Report, Share, ToldClass


def write_html(report: Report, target: Path) -> None:
    """Write the report; the same report gives the same bytes."""
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(page(report.title, _pieces(report)))


def _pieces(report: Report) -> Iterable[str]:
    yield f"<header><h1>{said(report.title)}</h1><p class=note>{said(telling.subtitle(report))}</p></header>"
    yield f"<ul class=figures>{''.join(_figure(*each) for each in report.figures)}</ul>"
    yield f"<h2>Summary</h2>{fact_table(telling.facts(report))}"
    if report.shares:
        yield f"<h2>What was predicted</h2>{_shares(report.shares)}{note(report.shares_note)}"
    yield from (_picture(each) for each in report.charts)
    if report.cloud is not None or report.cloud_note:
        yield f"<h2>Words</h2>{_picture(report.cloud) if report.cloud else ''}{note(report.cloud_note)}"
    if report.telling:
        yield f"<h2>Words that tell the classes apart</h2>{note(telling.TELLING_NOTE)}"
        yield f"<div class=columns>{''.join(_told(each) for each in report.telling)}</div>"
    if report.examples:
        yield f"<h2>Examples</h2>{''.join(_examples(each) for each in report.examples)}"
    yield f"<h2>What these figures cannot say</h2>{listed(report.limits)}"
    if report.rows:
        yield f"<h2>Rows</h2>{note(report.rows_note)}"
        yield from _table(row_table(report.rows_title, report.rows, with_prediction=True))


def _figure(number: str, words: str) -> str:
    return f"<li><b>{escape(number)}</b><span>{escape(words)}</span></li>"


def _swatch(color: str) -> str:
    return f'<i class=swatch style="background:{escape(color)}"></i>'


def _shares(shares: Sequence[Share]) -> str:
    rows = "".join(
        f"<tr><td>{_swatch(each.color)}{said(each.name)}</td><td class=bar>{_bar(each, shares)}</td>"
        f"<td class=number>{each.n:,}</td><td class=number>{percent(each.share)}</td>"
        f"<td class=number>{telling.interval(each)}</td></tr>"
        for each in shares
    )
    numbers = "".join(f"<th class=number>{name}</th>" for name in ("Rows", "Share", "95 % interval"))
    head = f"<th>Class</th><th></th>{numbers}"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _bar(share: Share, shares: Sequence[Share]) -> str:
    length, low, high = telling.bar(share, shares)
    drawn = f'<i style="width:{length:.2%};background:{escape(share.color)}"></i>'
    return f'<div>{drawn}<b style="left:{low:.2%};width:{high - low:.2%}"></b></div>'


def _picture(picture: Picture) -> str:
    return figure(picture.svg, picture.told)


def _told(told: ToldClass) -> str:
    title = f"<h3>{_swatch(told.color)}{said(told.name)}</h3>"
    if not told.words:
        return f"<section>{title}{note('No word is clearly oftener here.')}</section>"
    rows = "".join(
        f"<tr><td>{said(word.word)}</td><td class=number>{word.n_inside:,}</td>"
        f"<td class=number>{word.n_outside:,}</td><td class=number>{word.z:.1f}</td></tr>"
        for word in told.words
    )
    first, *numbers = telling.WORD_TITLES
    head = f"<th>{first}</th>{''.join(f'<th class=number>{name}</th>' for name in numbers)}"
    return f"<section>{title}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"


def _examples(group: Examples) -> str:
    parts = ((group.first_title, group.first), (group.second_title, group.second))
    found = (row_table(title, items, with_prediction=not group.title) for title, items in parts if items)
    tables = "".join("".join(_table(each)) for each in found)
    return f"<h3>{_swatch(group.color)}{said(group.title)}</h3>{tables}" if group.title else tables


def _table(table: RowTable) -> Iterable[str]:
    classes = [" class=number" if is_number else "" for is_number in table.is_number]
    head = "".join(f"<th{each}>{escape(title)}</th>" for each, title in zip(classes, table.head, strict=True))
    yield f"<table class=rows><thead><tr>{head}</tr></thead><tbody>"
    for cells in table.cells():
        told = (f"<td{each}>{said(cell)}</td>" for each, cell in zip(classes, cells, strict=True))
        yield f"<tr>{''.join(told)}</tr>"
    yield "</tbody></table>"
