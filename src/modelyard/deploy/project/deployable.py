"""One thing that a code base would really deploy, and what starts it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.finding import Platform, Span

if TYPE_CHECKING:
    from modelyard.deploy.code.docker import Dockerfile
    from modelyard.deploy.project.front_matter import FrontMatter

Shape = Literal["docker", "gradio", "streamlit", "static", "python", "node", "functions"]
"""How the platform would run it: an image, a Gradio Space, files, or a native Python or Node service."""
ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - what audited programs should bind to
DEFAULT_HOSTS = dict.fromkeys(("uvicorn", "gunicorn", "hypercorn", "flask", "gradio", "daphne"), "127.0.0.1")
"""Servers that bind to loopback when nothing else is said; all others bind to every address."""


@dataclass(frozen=True)
class Command:
    """What a platform runs to start it, after scripts and variables were followed."""

    words: tuple[str, ...]
    """The words of the last program in the chain: `("uvicorn", "app.main:app", "--port", "7860")`."""
    span: Span
    chain: tuple[str, ...] = ()
    """Where it comes from: `Dockerfile:27 CMD`, `entrypoint.sh:9 exec`."""
    before: tuple[tuple[str, ...], ...] = ()
    """Programs that the same chain runs first, such as `("alembic", "upgrade", "head")`."""
    raw: tuple[str, ...] = ()
    """The words as they are written, variables and all: `("uvicorn", "app.main:app", "--port", "${PORT:-7860}")`."""
    is_shell: bool = True
    """A shell expands its variables; False for the JSON form of CMD."""
    scripts: tuple[str, ...] = ()
    """Python files of the code base that `before` runs, or the program itself in another process."""
    beside: tuple[str, ...] = ()
    """Python files of the applications that other servers of the same chain hold, or of the program: an API behind a
    page."""
    folder: str = ""
    """Where it runs: a folder of the image, or of the code base for a native service."""
    is_behind_proxy: bool = False
    """The same container runs a reverse proxy, which is what the platform reaches."""
    environment: Mapping[str, str] | None = None
    """What image and scripts have set when it runs."""


@dataclass(frozen=True)
class Entry:
    """The program that listens: which module, on which address."""

    server: str
    """`uvicorn`, `gunicorn`, `hypercorn`, `flask`, `gradio`, `streamlit`, `python`, `node`, `next`."""
    module: str | None
    """Path of the Python file that holds the application, relative to the code base."""
    target: str | None
    """The application in it, `app` or `create_app()`."""
    is_run: bool
    """The module is run itself (`python main.py`), not imported by a server."""
    host: str | None
    """The address it binds to; None when it is the server's default."""
    port: int | None
    """None when unknown, or when it comes from the environment alone."""
    port_from: str | None
    """The environment name the port comes from (`PORT`), if one."""
    n_workers: int | None
    options: dict[str, str]
    """Other options of the command line, without their dashes: `{"reload": ""}`."""
    spans: tuple[Span, ...]
    """Where host, port and module are stated; the command's or the call's own lines first."""
    run: str | None = None
    """The Python file that is run to start the server, when that is not `module`."""

    @property
    def bound_host(self) -> str:
        """The address it binds to, the server's default where none is stated."""
        return self.host or DEFAULT_HOSTS.get(self.server, ANY_ADDRESS)


@dataclass(frozen=True)
class Deployable:
    """One thing on one platform."""

    platform: Platform
    shape: Shape
    name: str
    """As reports call it: the Space's title, the service's name, the folder."""
    root: str
    """The folder that is uploaded or built, relative to the code base; `""` is its top."""
    is_declared: bool
    """Whether the code base says that it goes there; otherwise it only could."""
    manifest: Span | None = None
    """What declares it: the README's front matter, a service in `render.yaml`, `vercel.json`."""
    settings: dict[str, Any] | None = None
    """What the manifest says, as plain data: front matter of a Space, a service of a blueprint."""
    readme: SourceFile | None = None
    dockerfile: "Dockerfile | None" = None
    command: Command | None = None
    entry: Entry | None = None
    uploads: frozenset[str] | None = None
    """Paths that reach the platform when a workflow or script stages them; None: all tracked files below the root."""
    environment: tuple[tuple[str, str | None], ...] = ()
    """Names the manifest or the image sets, with their literal values (None for secrets and generated ones)."""
    told_by: tuple[Span, ...] = ()
    """The evidence for all this: workflow, deploy script, README."""
    staged: Mapping[str, str] | None = None
    """What a workflow or script stages: path on the platform → path in the code base, `""` for what it writes itself.
    None: what lies below the root goes up as it is."""
    is_added_to: bool = False
    """A script puts it into a clone of the Space's own repository, which may hold more than that."""
    front_matter: "FrontMatter | None" = None
    """The block of a Space's README, wherever it is written."""
    problem: str = ""
    """Why its Dockerfile or manifest cannot be read."""

    @property
    def mounted(self) -> str | None:
        """The folder of the disk that a blueprint mounts for it; a service on the plan `free` gets none."""
        settings = self.settings or {}
        disk = settings.get("disk") if self.platform == "render" and settings.get("plan") != "free" else None
        mount = disk.get("mountPath") if isinstance(disk, dict) else None
        return mount.rstrip("/") if isinstance(mount, str) else None

    @property
    def python_files(self) -> tuple[tuple[str, bool], ...]:
        """The Python files that are started, and whether each is run itself: the application, what runs it, scripts."""
        entry = self.entry
        started = [(entry.module, entry.is_run), (entry.run, True)] if entry is not None else []
        scripts = [(path, True) for path in (self.command.scripts if self.command is not None else ())]
        beside = [(path, False) for path in (self.command.beside if self.command is not None else ())]
        return tuple(dict.fromkeys((path, is_run) for path, is_run in (*started, *scripts, *beside) if path))
