"""The sample collection: this product's own guides, as one ZIP that is the same each time it is made."""

import zipfile
from pathlib import Path

import modelyard

SAMPLE = "guides"
SAMPLE_NAME = "Modelyard guides"
SAMPLE_FILE = "modelyard-guides.zip"
FOLDERS = ("start", "guides")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def docs_folder() -> Path:
    """Return where the guides are: inside the installed package, or at the top of the source tree."""
    package = Path(modelyard.__file__).parent
    installed = package / "_docs"
    return installed if installed.is_dir() else package.parents[1] / "docs"


def write_sample(path: Path) -> None:
    """Write the guides to a ZIP; the same guides give the same bytes, so that they are kept once."""
    docs = docs_folder()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in FOLDERS:
            for guide in sorted((docs / folder).glob("*.md")):
                entry = zipfile.ZipInfo(f"{folder}/{guide.name}", date_time=_LONG_AGO)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, guide.read_bytes())
