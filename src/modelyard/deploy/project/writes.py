"""Where the Python of a project writes files, as far as the path is known."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.python.code import NOTHING_SET, Call, Folded, Given

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

What = Literal["file", "folder", "database"]
OPENERS = ("open", "io.open", "aiofiles.open", "codecs.open", "gzip.open")
AT: dict[str, tuple[int, str, What]] = {
    "os.makedirs": (0, "name", "folder"),
    "os.mkdir": (0, "path", "folder"),
    "shutil.copy": (1, "dst", "file"),
    "shutil.copy2": (1, "dst", "file"),
    "shutil.copyfile": (1, "dst", "file"),
    "shutil.copytree": (1, "dst", "folder"),
    "shutil.move": (1, "dst", "file"),
    "joblib.dump": (1, "filename", "file"),
    "torch.save": (1, "f", "file"),
    "numpy.save": (0, "file", "file"),
    "numpy.savez": (0, "file", "file"),
    "faiss.write_index": (1, "fname", "file"),
    "sqlite3.connect": (0, "database", "database"),
    "aiosqlite.connect": (0, "database", "database"),
    "chromadb.PersistentClient": (0, "path", "folder"),
    "qdrant_client.QdrantClient": (99, "path", "folder"),
    "lancedb.connect": (0, "uri", "folder"),
    "logging.FileHandler": (0, "filename", "file"),
    "logging.handlers.RotatingFileHandler": (0, "filename", "file"),
    "logging.handlers.TimedRotatingFileHandler": (0, "filename", "file"),
    "urllib.request.urlretrieve": (1, "filename", "file"),
    "sqlalchemy.create_engine": (0, "url", "database"),
    "sqlalchemy.ext.asyncio.create_async_engine": (0, "url", "database"),
    "sqlmodel.create_engine": (0, "url", "database"),
}
"""Functions that write at a path: its position, its keyword, what is written."""
METHODS: dict[str, tuple[int, str, What]] = {
    ".to_csv": (0, "path_or_buf", "file"),
    ".to_parquet": (0, "path", "file"),
    ".to_json": (0, "path_or_buf", "file"),
    ".to_excel": (0, "excel_writer", "file"),
    ".to_pickle": (0, "path", "file"),
    ".savefig": (0, "fname", "file"),
    ".save_pretrained": (0, "save_directory", "folder"),
    ".output": (0, "name", "file"),
}
OF_MODULES = {".output": "fpdf"}
"""Methods that write in a module alone which speaks of this package."""
ON_PATHS: dict[str, What] = {".mkdir": "folder", ".write_text": "file", ".write_bytes": "file", ".touch": "file"}
"""Methods of the path itself."""
CAUGHT = {"OSError", "PermissionError", "Exception", "BaseException", "IOError", "EnvironmentError"}


@dataclass(frozen=True)
class Write:
    """One live call that writes a file or makes a folder."""

    path: str
    """Relative to the folder the program runs in, or absolute; `~/…` for the user's home."""
    what: What
    call: Call
    is_whole: bool
    """Whether all of the path is known; unknown parts are `{}`."""
    names: tuple[str, ...]
    """Names of the environment that the path depends on."""
    may_exist: bool
    """A folder that may be there already (`exist_ok=True`)."""
    is_guarded: bool
    """A handler of the same function catches its failure."""


def writes_of(project: "Project", given: Given = NOTHING_SET) -> Iterator[Write]:
    """Yield the writes of live code whose path begins with something known, with these names of the environment."""
    for call, node, what in _places(project):
        if is_aside(call.module.file.path):
            continue
        folded = project.python.fold(node, call.module, given=given)
        path = _path(folded, what)
        if folded is None or not path or path.startswith("{}"):
            continue
        yield Write(
            path=path,
            what=what,
            call=call,
            is_whole=folded.is_whole,
            names=folded.names,
            may_exist=_is_true(call.argument(None, "exist_ok")),
            is_guarded=_is_guarded(call),
        )


def _places(project: "Project") -> Iterator[tuple[Call, ast.expr, What]]:
    """Yield calls that write, with the expression of the path."""
    for call in project.python.calls(*OPENERS):
        node = call.argument(0, "file")
        if node is not None and _writes(call, 1):
            yield call, node, "file"
    for call in project.python.calls(".open"):
        if call.name not in OPENERS and call.name.rpartition(".")[0].endswith("Path") and _writes(call, 0):
            yield call, _receiver(call), "file"
    for table in (AT, METHODS):
        for call in project.python.calls(*table):
            position, keyword, what = table.get(call.name) or table.get(
                f".{call.name.rpartition('.')[2]}", (0, "", "file")
            )
            node = call.argument(position, keyword)
            package = OF_MODULES.get(f".{call.name.rpartition('.')[2]}", "")
            if node is not None and package in call.module.file.text:
                yield call, node, what
    for call in project.python.calls(".save"):
        base = _receiver(call)
        if isinstance(base, ast.Name) and _is_upload(base, call) and (node := call.argument(0, "dst")) is not None:
            yield call, node, "file"
    for call in project.python.calls(*ON_PATHS):
        if isinstance(call.node.func, ast.Attribute):
            yield call, _receiver(call), ON_PATHS[f".{call.node.func.attr}"]


def _is_upload(name: ast.Name, call: Call) -> bool:
    """Say whether a name holds a file that Flask was sent: `request.files[…]`."""
    scopes = call.module.scopes
    found = scopes.lookup(name.id, scopes.scope(name))
    values = [one.value for one in found[1] if one.value is not None] if found is not None else []
    return any(".files" in ast.unparse(value) and "request" in ast.unparse(value) for value in values)


def _receiver(call: Call) -> ast.expr:
    return call.node.func.value if isinstance(call.node.func, ast.Attribute) else call.node.func


def _writes(call: Call, position: int) -> bool:
    mode = call.argument(position, "mode")
    text = mode.value if isinstance(mode, ast.Constant) and isinstance(mode.value, str) else "r"
    return any(sign in text for sign in "wax+")


def _path(folded: Folded | None, what: What) -> str:
    """Return the path as text; `""` when it is none, or lies in memory."""
    text = folded.text if folded is not None else ""
    if what == "database" and "://" in text:
        if not text.startswith("sqlite"):
            return ""
        text = text.partition("://")[2].removeprefix("/").partition("?")[0]
    if text.startswith("file:"):
        text = text.removeprefix("file:").partition("?")[0]
    return "" if text in ("", ":memory:") or "://" in text or "\n" in text else text.removeprefix("./")


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _is_guarded(call: Call) -> bool:
    """Say whether a `try` of the same function catches what a failed write raises."""
    for node in call.module.scopes.around(call.node):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        if not isinstance(node, ast.Try) or not any(_holds(one, call.node) for one in node.body):
            continue
        for handler in node.handlers:
            caught = (
                [one.id for one in ast.walk(handler.type) if isinstance(one, ast.Name)]
                if handler.type
                else ["Exception"]
            )
            if CAUGHT & set(caught) and not any(isinstance(one, ast.Raise) for one in ast.walk(handler)):
                return True
    return False


def _holds(statement: ast.stmt, node: ast.AST) -> bool:
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    return first <= getattr(node, "lineno", 0) <= last
