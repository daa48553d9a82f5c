"""Where the exported browser pages are."""

from pathlib import Path

import modelyard
from modelyard.kernel.settings import Settings


def find_pages(settings: Settings) -> Path | None:
    """Return the folder of the exported pages: the setting, the installed package's, or the source tree's build."""
    package = Path(modelyard.__file__).parent
    candidates = [settings.web] if settings.web else [package / "_web", package.parents[1] / "frontend" / "out"]
    return next((folder for folder in candidates if (folder / "index.html").is_file()), None)
