"""Setting a report as PDF: the data goes to its layout as JSON, never as markup."""

import json
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from modelyard.data.fonts.face import without_font
from modelyard.data.fonts.paths import FOLDER

SHORT_TITLE = 70
MAX_MISSING = 10
LOOK = "look.typ"


def set_pages(layout: bytes, data: dict[str, Any], *, made_at: datetime, scratch: Path) -> bytes:
    """Return the PDF of a Typst layout, which may import look.typ and reads data.json.

    `data` needs what the look reads (title, short_title, made_at) and `limits`, sentences that one on letters without
    a font may join. The same data gives the same bytes. Nothing is fetched and no other file is read.
    """
    import typst

    folder = scratch / "pdf"
    folder.mkdir()
    report = folder / "report.typ"
    report.write_bytes(layout)
    (folder / LOOK).write_bytes(files(__package__).joinpath(LOOK).read_bytes())
    (folder / "data.json").write_text(_told(data), encoding="utf-8")
    made: bytes = typst.compile(
        str(report),
        root=str(folder),
        font_paths=[str(FOLDER)],
        ignore_system_fonts=True,
        timestamp=int(made_at.timestamp()),
        package_path=str(folder / "none"),
        package_cache_path=str(folder / "none"),
    )
    return made


def short_title(title: str) -> str:
    """Return a title that fits the head of a page."""
    return title if len(title) <= SHORT_TITLE else title[: SHORT_TITLE - 1] + "…"


def _told(data: dict[str, Any]) -> str:
    """Return the data as JSON, with a sentence on the characters that will be boxes."""
    told = json.dumps(data, ensure_ascii=False)
    if missing := without_font(told):
        some = " ".join(missing[:MAX_MISSING])
        sentence = (
            f"{len(missing):,} characters in these texts have no font in the PDF and show as boxes ({some}). "
            "The HTML report shows them with the fonts of its reader."
        )
        told = json.dumps({**data, "limits": [*data["limits"], sentence]}, ensure_ascii=False)
    return told
