"""The files of a service's page."""

from pathlib import Path

PAGE = ("page.html", "base.css", "page.css", "page.js")
"""As they are asked for; the first one is at `/` too."""
_BASE_STYLE = Path(__file__).parent / "base.css"


def page_files(folder: Path) -> dict[str, str]:
    """Return a page's files by their paths in a service, for whoever packs it; `folder` has all but the base style."""
    return {
        f"page/{name}": (_BASE_STYLE if name == _BASE_STYLE.name else folder / name).read_text(encoding="utf-8")
        for name in PAGE
    }
