"""A report as PDF: the layout is report.typ, and the data goes there as JSON, never as markup."""

import json
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from modelyard.data.fonts.face import without_font
from modelyard.data.fonts.paths import FOLDER
from modelyard.predictions.reports import telling
from modelyard.predictions.reports.content import Example, Report
from modelyard.predictions.reports.shown import breakable

SHORT_TITLE = 70
MAX_MISSING = 10


def write_pdf(report: Report, target: Path, *, scratch: Path) -> None:
    """Write the report; the same report gives the same bytes. Nothing is fetched and no other file is read."""
    import typst

    folder = scratch / "pdf"
    folder.mkdir()
    layout = folder / "report.typ"
    layout.write_bytes(files(__package__).joinpath("report.typ").read_bytes())
    (folder / "data.json").write_text(_told(document(report)), encoding="utf-8")
    made: bytes = typst.compile(
        str(layout),
        root=str(folder),
        font_paths=[str(FOLDER)],
        ignore_system_fonts=True,
        timestamp=int(report.facts.made_at.timestamp()),
        package_path=str(folder / "none"),
        package_cache_path=str(folder / "none"),
    )
    target.write_bytes(made)


def _told(found: dict[str, Any]) -> str:
    """Return the data as JSON, with a sentence on the characters that will be boxes."""
    told = json.dumps(found, ensure_ascii=False)
    if missing := without_font(told):
        some = " ".join(missing[:MAX_MISSING])
        found["limits"].append(
            f"{len(missing):,} characters in these texts have no font in the PDF and show as boxes ({some}). "
            "The HTML report shows them with the fonts of its reader."
        )
        told = json.dumps(found, ensure_ascii=False)
    return told


def document(report: Report) -> dict[str, Any]:
    """Return what the layout reads: texts only, ready to be set."""
    found = asdict(report)
    title = report.title if len(report.title) <= SHORT_TITLE else report.title[: SHORT_TITLE - 1] + "…"
    found |= {
        "title": breakable(report.title),
        "short_title": breakable(title),
        "subtitle": breakable(telling.subtitle(report)),
        "made_at": _day(report.facts.made_at),
        "facts": [[name, breakable(value)] for name, value in telling.facts(report)],
        "has_labels": telling.has_labels(report),
        "text_title": "Text",
        "telling_note": telling.TELLING_NOTE,
        "limits": [breakable(each) for each in report.limits],
        "rows": [_example(each) for each in report.rows],
    }
    found["shares"] = [
        {
            **asdict(each),
            "name": breakable(each.name),
            "n_told": f"{each.n:,}",
            "share_told": f"{each.share:.1%}",
            "interval_told": telling.interval(each),
        }
        for each in report.shares
    ]
    found["telling"] = [
        {
            "name": breakable(each.name),
            "color": each.color,
            "words": [
                {"word": breakable(word.word), "z_told": f"{word.z:.1f}", "n_told": telling.texts_with(word)}
                for word in each.words
            ],
        }
        for each in report.telling
    ]
    found["examples"] = [
        {
            **asdict(each),
            "title": breakable(each.title),
            "first": [_example(item) for item in each.first],
            "second": [_example(item) for item in each.second],
        }
        for each in report.examples
    ]
    return found


def _example(example: Example) -> dict[str, str]:
    return {
        "row_told": f"{example.row:,}",
        "text": breakable(example.text),
        "label": breakable(example.label),
        "prediction": breakable(example.prediction),
        "confidence_told": telling.confidence(example),
    }


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
