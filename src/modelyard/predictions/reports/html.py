"""A report as one HTML file: no script, nothing fetched, and every text of users escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from modelyard.predictions.percents import percent
from modelyard.predictions.reports import telling
from modelyard.predictions.reports.columns import RowTable, row_table
from modelyard.predictions.reports.content import Examples, Picture, Report, Share, ToldClass

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def write_html(report: Report, target: Path) -> None:
    """Write the report; the same report gives the same bytes."""
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_pieces(report))


def _pieces(report: Report) -> Iterable[str]:
    style = files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(report.title)}</title><style>{style}</style></head><body><main>"
    yield f"<header><h1>{_said(report.title)}</h1><p class=note>{_said(telling.subtitle(report))}</p></header>"
    yield f"<ul class=figures>{''.join(_figure(*each) for each in report.figures)}</ul>"
    yield f"<h2>Summary</h2>{_facts(telling.facts(report))}"
    if report.shares:
        yield f"<h2>What was predicted</h2>{_shares(report.shares)}{_note(report.shares_note)}"
    yield from (_picture(each) for each in report.charts)
    if report.cloud is not None or report.cloud_note:
        yield f"<h2>Words</h2>{_picture(report.cloud) if report.cloud else ''}{_note(report.cloud_note)}"
    if report.telling:
        yield f"<h2>Words that tell the classes apart</h2>{_note(telling.TELLING_NOTE)}"
        yield f"<div class=columns>{''.join(_told(each) for each in report.telling)}</div>"
    if report.examples:
        yield f"<h2>Examples</h2>{''.join(_examples(each) for each in report.examples)}"
    yield f"<h2>What these figures cannot say</h2>{_list(report.limits)}"
    if report.rows:
        yield f"<h2>Rows</h2>{_note(report.rows_note)}"
        yield from _table(row_table(report.rows_title, report.rows, with_prediction=True))
    yield "</main></body></html>\n"


def _said(text: str) -> str:
    """Return a text as it is, in its own direction, whatever stands around it."""
    return f"<bdi>{escape(text)}</bdi>"


def _list(sentences: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{_said(each)}</li>' for each in sentences)}</ul>"


def _note(text: str) -> str:
    return f"<p class=note>{escape(text)}</p>" if text else ""


def _figure(number: str, words: str) -> str:
    return f"<li><b>{escape(number)}</b><span>{escape(words)}</span></li>"


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<tr><th scope=row>{escape(name)}</th><td>{_said(value)}</td></tr>" for name, value in facts)
    return f"<table class=facts>{rows}</table>"


def _swatch(color: str) -> str:
    return f'<i class=swatch style="background:{escape(color)}"></i>'


def _shares(shares: Sequence[Share]) -> str:
    rows = "".join(
        f"<tr><td>{_swatch(each.color)}{_said(each.name)}</td><td class=bar>{_bar(each, shares)}</td>"
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
    return f'<figure role="img" aria-label="{escape(picture.told)}">{picture.svg}</figure>'


def _told(told: ToldClass) -> str:
    title = f"<h3>{_swatch(told.color)}{_said(told.name)}</h3>"
    if not told.words:
        return f"<section>{title}{_note('No word is clearly oftener here.')}</section>"
    rows = "".join(
        f"<tr><td>{_said(word.word)}</td><td class=number>{word.n_inside:,}</td>"
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
    return f"<h3>{_swatch(group.color)}{_said(group.title)}</h3>{tables}" if group.title else tables


def _table(table: RowTable) -> Iterable[str]:
    classes = [" class=number" if is_number else "" for is_number in table.is_number]
    head = "".join(f"<th{each}>{escape(title)}</th>" for each, title in zip(classes, table.head, strict=True))
    yield f"<table class=rows><thead><tr>{head}</tr></thead><tbody>"
    for cells in table.cells():
        said = (f"<td{each}>{_said(cell)}</td>" for each, cell in zip(classes, cells, strict=True))
        yield f"<tr>{''.join(said)}</tr>"
    yield "</tbody></table>"
