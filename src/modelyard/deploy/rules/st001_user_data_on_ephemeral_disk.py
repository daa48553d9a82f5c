"""ST001: what users gave lies on a disk that does not last."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call
from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.databases import situations
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.writes import Write, writes_of
from modelyard.deploy.rule import Rule, Said

STORES = ("chromadb.PersistentClient", "qdrant_client.QdrantClient", "lancedb.connect", "faiss.write_index")
KEEPERS: dict[str, tuple[int, str]] = {
    **dict.fromkeys(("langchain_chroma.Chroma", "langchain_community.vectorstores.Chroma"), (99, "persist_directory")),
    **dict.fromkeys(("langchain.vectorstores.Chroma", "chromadb.config.Settings"), (99, "persist_directory")),
    "langchain_chroma.Chroma.from_documents": (99, "persist_directory"),
    "langchain_community.vectorstores.Chroma.from_documents": (99, "persist_directory"),
    "langchain_chroma.Chroma.from_texts": (99, "persist_directory"),
    ".save_local": (0, "folder_path"),
    "tinydb.TinyDB": (0, "path"),
    "diskcache.Index": (0, "directory"),
}
"""Stores that keep themselves in a folder or file: position and keyword of it."""
READS: dict[str, tuple[int, str]] = {
    **dict.fromkeys(("open", "io.open", "aiofiles.open"), (0, "file")),
    **dict.fromkeys(("starlette.responses.FileResponse", "fastapi.responses.FileResponse"), (0, "path")),
    **dict.fromkeys(("starlette.staticfiles.StaticFiles", "fastapi.staticfiles.StaticFiles"), (99, "directory")),
    **dict.fromkeys(("os.listdir", "os.scandir", "os.path.exists", "os.path.isfile", "os.walk"), (0, "path")),
    **dict.fromkeys(("glob.glob", "glob.iglob"), (0, "pathname")),
    **dict.fromkeys(("joblib.load", "numpy.load", "torch.load", "faiss.read_index"), (0, "filename")),
    **dict.fromkeys(("pandas.read_csv", "pandas.read_parquet", "pandas.read_json", "pandas.read_excel"), (0, "path")),
    **dict.fromkeys(("flask.send_file", "flask.send_from_directory"), (0, "directory")),
}
ON_PATHS = (".read_text", ".read_bytes", ".iterdir", ".glob", ".rglob", ".exists", ".is_file", ".open")
PASSING = re.compile(r"(^|/)(tmp|temp|cache|caches|logs?|\.cache)(/|$)|\.log$|^/tmp/", re.IGNORECASE)


class ST001(Rule):
    """What users gave is kept on a disk that does not last.

    **What it does.** Looks for files, indexes and models that a request writes and that live code reads back from the
    same folder, and for vector stores that keep themselves in a folder. Temporary files, caches and logs are left out.

    **Why it matters.** The disk of a Space or of a free service is thrown away at every restart, wake-up and
    deployment: uploads, documents and trained models are gone, while the database still speaks of them.

    **How to fix.** Keep small files in the database, larger ones in an object store or in a mounted bucket, and let the
    index be rebuilt from them.

    **Limits.** Paths are compared by the folder they begin with; a folder that comes from a request is not known.
    """

    kind: Literal["ST001"] = "ST001"
    title: ClassVar[str] = "User data on an ephemeral disk"
    group: ClassVar[str] = "State"
    icon: ClassVar[str] = "file-text"
    severity: ClassVar[Severity] = "warning"
    facts: ClassVar[tuple[str, ...]] = ("ephemeral_disks",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each folder, with every place that writes there."""
        found: dict[str, list[Write]] = {}
        for write in _kept(project):
            found.setdefault(_folder(write.path) or write.path, []).append(write)
        for folder, writes in found.items():
            kept = [write for write in writes if write.what == "file" or write.call.name in STORES]
            if kept:
                calls = [kept[0].call, *(write.call for write in writes)]
                is_sure = kept[0].is_whole or kept[0].call.name in STORES
                yield from self._of(folder, calls, project, is_sure=is_sure)
        for folder, call in _keepers(project):
            yield from self._of(folder, [call], project, is_sure=True)

    def _of(self, folder: str, calls: list[Call], project: Project, *, is_sure: bool) -> Iterator[Said]:
        first = calls[0]
        places = situations(project, first.module.file.path)
        platforms: tuple[Platform, ...] = tuple(
            dict.fromkeys(platform for platform, one, _ in places if not _is_mounted(folder, platform, one))
        )
        if not platforms:
            yield self.passed(first.span, f"{folder} lies on a mounted disk")
            return
        yield self.finding(
            list(dict.fromkeys(call.span for call in calls)),
            f"{folder} keeps what users gave, on a disk that is wiped at every restart.",
            confidence=0.85 if is_sure else 0.75,
            chain=project.python.chain(first.module, first.node),
            platforms=platforms,
            fix=Fix(
                text="Keep it in the database, an object store or a mounted bucket, and rebuild indexes from there."
            ),
        )


def _kept(project: Project) -> list[Write]:
    """Return what stores write, and what requests write to a folder that live code reads."""
    lasting = [
        write
        for write in writes_of(project)
        if write.what != "database" and not PASSING.search(_folder(write.path) or write.path)
    ]
    served = [one for one in lasting if one.call.name in STORES or one.call.function in project.handlers.served]
    read = {_folder(path) for path in _read_paths(project)} if served else set()
    return [one for one in served if one.call.name in STORES or _folder(one.path) in read]


def _keepers(project: Project) -> Iterator[tuple[str, Call]]:
    """Yield the stores that keep themselves, each folder once."""
    seen: set[str] = set()
    for call in project.python.calls(*KEEPERS):
        position, keyword = KEEPERS.get(call.name) or KEEPERS.get(f".{call.name.rpartition('.')[2]}", (99, ""))
        node = call.argument(position, keyword)
        folded = project.python.fold(node, call.module) if node is not None else None
        path = folded.text.removeprefix("./").rstrip("/") if folded else ""
        if path and path not in seen and not PASSING.search(path):
            seen.add(path)
            yield path, call


def _folder(path: str) -> str:
    """Return the folder that a path begins with, as far as it is known; `""` for a file beside the program."""
    known = path.partition("{}")[0].removeprefix("./")
    return known.rpartition("/")[0] if "/" in known else ("" if "." in known or known != path else known)


def _read_paths(project: Project) -> Iterator[str]:
    """Yield the paths that live code reads, lists or serves."""
    for call in project.python.calls(*READS):
        position, keyword = READS[call.name]
        node = call.argument(position, keyword)
        if node is not None and not (call.name in ("open", "io.open", "aiofiles.open") and _is_written(call)):
            folded = project.python.fold(node, call.module)
            if folded and folded.text:
                yield folded.text if "." in folded.text or "{}" in folded.text else f"{folded.text.rstrip('/')}/"
    for call in project.python.calls(*ON_PATHS):
        receiver = getattr(call.node.func, "value", None)
        folded = project.python.fold(receiver, call.module) if receiver is not None else None
        if folded and folded.text:
            yield f"{folded.text}/" if call.name.endswith(("iterdir", "glob")) else folded.text


def _is_written(call: Call) -> bool:
    mode = call.argument(1, "mode")
    return mode is not None and any(sign in str(getattr(mode, "value", "")) for sign in "wax")


def _is_mounted(folder: str, platform: Platform, deployable: Deployable | None) -> bool:
    """Say whether a folder lies on the disk of the blueprint, or where a Space mounts a bucket."""
    mount = "/data" if platform == "hf" else deployable.mounted if deployable else None
    return mount is not None and f"{folder}/".startswith(f"{mount}/")
