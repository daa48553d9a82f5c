"""The files of a code base: read once, at need, and never followed out of its folder."""

import bisect
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from modelyard.deploy.code.masking import masked
from modelyard.deploy.file_time import OfOneFile
from modelyard.deploy.finding import Span

MAX_TEXT_BYTES = 1_500_000
"""Longer files are not source that a person wrote; their size is known, their text is not read."""
MAX_EXCERPT = 200
TOOLS_FOLDERS = {".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".next", ".nuxt", ".docusaurus", ".turbo"} | {
    *(".hypothesis", ".import_linter_cache", ".nox")
}
OTHERS_FOLDERS = (
    TOOLS_FOLDERS
    | {".git", ".hg", ".svn", "node_modules", ".venv", "venv", "site-packages"}
    | {*("__pycache__", ".idea", ".claude", ".cache")}
)
"""Folders that hold what others wrote or what tools made: not read, only counted."""
BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


@dataclass
class SourceFile(OfOneFile):
    """One file of the code base."""

    path: str
    """Relative to the code base, with forward slashes."""
    size: int
    """In bytes."""
    read: Callable[[], bytes] = field(repr=False)
    is_tracked: bool = True
    """In git's index; without git, whatever is not ignored."""
    margin: str = ""
    """What each of its lines begins with, for a text that stands inside a script."""

    @property
    def its_path(self) -> str:
        """The path."""
        return self.path

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder it lies in, `""` for the top."""
        return self.path.rpartition("/")[0]

    @cached_property
    def data(self) -> bytes:
        """The bytes; empty when the file is too large to be source, or cannot be read."""
        if self.size > MAX_TEXT_BYTES:
            return b""
        try:
            return self.read()
        except OSError:
            return b""

    @cached_property
    def encoding(self) -> str:
        """How the bytes are decoded; by byte order mark, else UTF-8, else Windows-1252."""
        for mark, name in BOMS:
            if self.data.startswith(mark):
                return name
        try:
            self.data.decode("utf-8")
        except UnicodeDecodeError:
            return "cp1252"
        return "utf-8"

    @property
    def is_binary(self) -> bool:
        """Whether it holds no text."""
        return self.size > MAX_TEXT_BYTES or (b"\0" in self.data[:8000] and self.encoding != "utf-16")

    @cached_property
    def text(self) -> str:
        """The decoded text, empty for what is binary. Line ends are as they stand."""
        return "" if self.is_binary else self.data.decode(self.encoding, errors="replace")

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends, by the line ends that editors count."""
        return [line.rstrip("\r") for line in self.text.split("\n")]

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def offset(self, line: int, column: int = 0) -> int:
        """Return where a line (from 1) and column (from 0) stand in the text."""
        return min(self._starts[min(max(line, 1), len(self._starts)) - 1] + column, len(self.text))

    def line_at(self, offset: int) -> int:
        """Return the line, from 1, that an offset of the text lies in."""
        return max(1, min(bisect.bisect_right(self._starts, offset), len(self.lines)))

    def excerpt(self, line: int) -> str:
        """Return one line as it is shown: indented as it stands, secrets masked, not longer than can be read."""
        return masked(self.lines[line - 1])[:MAX_EXCERPT] if 1 <= line <= len(self.lines) else ""

    def span(self, line: int = 1, end_line: int | None = None) -> Span:
        """Return these lines as evidence, the first one quoted with secrets masked."""
        first = max(1, min(line, len(self.lines)))
        last = max(first, min(end_line or first, len(self.lines)))
        quoted = masked(self.lines[first - 1].strip()[: 10 * MAX_EXCERPT])[:MAX_EXCERPT] if self.text else ""
        return Span(file=self.path, line=first, end_line=last, text=quoted)


@dataclass
class CodeBase:
    """All files of one folder, by path."""

    name: str
    files: Mapping[str, SourceFile]
    n_left_out: Mapping[str, int] = field(default_factory=dict)
    """Folders that were not read, with how many entries each has."""
    notes: tuple[str, ...] = ()
    """What could not be read, in sentences."""
    is_git: bool = False
    """Whether git's index told what is tracked."""

    @classmethod
    def of(
        cls, files: Mapping[str, bytes | str], *, untracked: frozenset[str] = frozenset(), name: str = "case"
    ) -> "CodeBase":
        """Return a code base held in memory; every file is tracked but those named."""
        return cls(
            name, {path: _held(path, content, path not in untracked) for path, content in files.items()}, is_git=True
        )

    def get(self, path: str) -> SourceFile | None:
        """Return the file at a path, which may hold `./` and `..` but leads nowhere outside."""
        return self.files.get(normal(path))

    def named(self, *names: str) -> list[SourceFile]:
        """Return the files with one of these names, wherever they lie, the uppermost first."""
        found = [file for file in self.files.values() if file.name in names]
        return sorted(found, key=lambda file: (file.path.count("/"), file.path))

    def ending(self, *suffixes: str) -> list[SourceFile]:
        """Return the files whose path ends with one of these, by path."""
        return [file for path, file in sorted(self.files.items()) if path.endswith(suffixes)]

    def under(self, folder: str) -> list[SourceFile]:
        """Return the files in a folder and below, by path."""
        prefix = f"{folder}/" if folder else ""
        return [file for path, file in sorted(self.files.items()) if path.startswith(prefix)]

    def has_folder(self, folder: str) -> bool:
        """Say whether a folder holds any file."""
        return any(path.startswith(f"{folder}/") for path in self.files) if folder else bool(self.files)


def normal(path: str) -> str:
    """Return a relative path without `.` and `..`; `""` for what leads out of the folder or to its top."""
    joined = os.path.normpath(path.replace("\\", "/")).lstrip("/")
    return "" if joined == "." or joined.startswith("..") else joined


def _held(path: str, content: bytes | str, is_tracked: bool) -> SourceFile:
    data = content.encode() if isinstance(content, str) else content
    return SourceFile(path, len(data), lambda: data, is_tracked)


def read_code_base(root: Path) -> CodeBase:
    """Return the code base in a folder. Links are not followed; git's index says what is tracked.

    Raises NotADirectoryError when there is no such folder.
    """
    from modelyard.deploy.code.tracked import indexed, not_ignored

    if not root.is_dir():
        raise NotADirectoryError(root)
    notes: list[str] = []
    n_left_out: dict[str, int] = {}
    found = dict(_walk(root, notes, n_left_out))
    files = {path: SourceFile(path, size, _reader(f"{root}/{path}")) for path, size in found.items()}
    index = indexed(root)
    tracked = not_ignored(files) if index is None else index
    for path, file in files.items():
        file.is_tracked = path in tracked
    return CodeBase(root.resolve().name, files, n_left_out, tuple(notes), index is not None)


def _reader(path: str) -> Callable[[], bytes]:
    """Return what reads a file whole, with the fewest calls; a link that has taken its place is not followed."""

    def read() -> bytes:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        try:
            parts: list[bytes] = []
            while part := os.read(descriptor, MAX_TEXT_BYTES):
                parts.append(part)
            return b"".join(parts)
        finally:
            os.close(descriptor)

    return read


def _walk(root: Path, notes: list[str], n_left_out: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Yield path and size of every regular file below; say which links and folders were left."""
    for folder, folders, names in os.walk(root, followlinks=False, onerror=lambda error: _note(notes, root, error)):
        here = Path(folder).relative_to(root).as_posix()
        prefix = "" if here == "." else f"{here}/"
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        notes.extend(f"a link is not followed: {prefix}{name}" for name in links)
        for name in [name for name in folders if name in OTHERS_FOLDERS and name not in links]:
            n_left_out[f"{prefix}{name}"] = _n_entries(Path(folder) / name)
        folders[:] = sorted(name for name in folders if name not in OTHERS_FOLDERS and name not in links)
        for name in sorted(names):
            path = Path(folder) / name
            try:
                how = path.lstat()
            except OSError as error:
                _note(notes, root, error)
                continue
            if stat.S_ISLNK(how.st_mode):
                notes.append(f"a link is not followed: {prefix}{name}")
            elif stat.S_ISREG(how.st_mode):
                yield f"{prefix}{name}", how.st_size


def _note(notes: list[str], root: Path, error: OSError) -> None:
    where = os.path.relpath(error.filename, root) if error.filename else "a folder"
    notes.append(f"{where} is not read: {error.strerror}")


def _n_entries(folder: Path) -> int:
    """Return how many entries a folder has; 0 when that cannot be seen."""
    try:
        return len(os.listdir(folder))  # noqa: PTH208 — a count, of names alone
    except OSError:
        return 0
