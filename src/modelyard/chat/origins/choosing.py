"""Which files of a folder or an archive are documents."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from modelyard.chat.origins.found import MAX_KEY_CHARACTERS, LeftOut
from modelyard.chat.origins.reading import loader_for

MAX_DOCUMENT_BYTES = 100 * 1024**2
MAX_TEXT_BYTES = 20 * 1024**2
"""Of text, Markdown and HTML, which are held in memory several times over."""
IGNORED_FOLDERS = frozenset((
    "node_modules", "__pycache__", "__macosx", "venv", "bower_components", "site-packages",
))  # fmt: skip
"""Beside those whose name begins with a dot: what tools put there and nobody wrote."""
IGNORED_FILES = re.compile(r"404\.html|.*\.license\.txt", re.IGNORECASE)
"""What builders of sites put beside the pages: the page for those that are not there, licences of scripts."""
_CONVERTIBLE = {
    **dict.fromkeys((".doc", ".odt", ".rtf", ".pages", ".wpd"), "Save it as DOCX or PDF and add it again."),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".key"), "Export it as PDF and add it again."),
    **dict.fromkeys((".epub", ".mobi", ".azw3", ".djvu", ".ps", ".chm"), "Convert it to HTML or PDF and add it again."),
    ".ipynb": "Export it as Markdown or HTML and add it again.",
    **dict.fromkeys((".zip", ".tar", ".gz", ".tgz", ".7z", ".rar"), "Unpack it and add what is in it."),
}
"""Formats that hold text which is not read, and what to do about it."""


class Chooser:
    """Says of each file whether it is taken; counts those that are no documents by their endings."""

    def __init__(self) -> None:
        self._others: Counter[str] = Counter()

    def left_out(self, path: PurePosixPath, size_bytes: int) -> LeftOut | bool:
        """Return False for a document; True for a file that is none (counted); or why a document is left out."""
        key, suffix = str(path), path.suffix.lower()
        if hint := _CONVERTIBLE.get(suffix):
            return LeftOut(key, f"Files of the format {suffix} are not read.", hint)
        loader = loader_for(path, None)
        if loader is None:
            self._others[suffix or path.name] += 1
            return True
        limit = MAX_DOCUMENT_BYTES if loader.kind_name() in ("pdf", "docx") else MAX_TEXT_BYTES
        if size_bytes > limit:
            reason = f"It has {size_bytes / 1024**2:,.0f} MB; at most {limit / 1024**2:.0f} MB are read of one file."
            return LeftOut(key, reason, "Split it into several files.")
        if len(key) > MAX_KEY_CHARACTERS:
            return LeftOut(key[:MAX_KEY_CHARACTERS], "Its path is too long.", "Shorten the names of its folders.")
        return False

    def summary(self) -> Iterator[LeftOut]:
        """Yield a line for each ending of files that are no documents."""
        for ending, n in sorted(self._others.items()):
            files = "1 file is" if n == 1 else f"{n:,} files are"
            yield LeftOut(
                f"*{ending}" if ending.startswith(".") else ending,
                f"{files} of a format that holds no text read here.",
                "Nothing is to be done unless there is text in them.",
            )


def is_ignored(path: PurePosixPath) -> bool:
    """Say whether a path leads through a folder that nobody wrote, is hidden, or no page of a site."""
    if IGNORED_FILES.fullmatch(path.name):
        return True
    return any(part.startswith(".") or part.lower() in IGNORED_FOLDERS for part in path.parts)
