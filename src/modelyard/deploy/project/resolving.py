"""Find what a code base would really deploy."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.docker import read_dockerfile
from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.positions import Placed, read_json, read_toml
from modelyard.deploy.finding import Platform, Span
from modelyard.deploy.project.commands import command_of_image, command_of_text
from modelyard.deploy.project.context import context_of
from modelyard.deploy.project.deployable import Command, Deployable
from modelyard.deploy.project.entries import entry_of
from modelyard.deploy.project.places import InFolder, InImage
from modelyard.deploy.project.render import render_deployables
from modelyard.deploy.project.spaces import program_told, space_deployables
from modelyard.deploy.project.subprocesses import with_started
from modelyard.deploy.project.told import space_told
from modelyard.deploy.project.vercel import vercel_deployables

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

BACKENDS: tuple[Platform, ...] = ("hf", "render")
STARTED_BY = ("main.py", "app.py", "server.py", "api.py", "app/main.py", "app/app.py", "src/main.py", "api/main.py")
FRAMEWORKS = ("fastapi", "flask", "starlette", "gradio", "streamlit", "quart", "litestar")
MAX_CANDIDATES = 5
OF_SPACES = re.compile(r"\b7860\b")
STATED_IN = {
    "railway.json": ("deploy", "startCommand"),
    "railway.toml": ("deploy", "startCommand"),
    "nixpacks.toml": ("start", "cmd"),
}
"""Files of other hosts that say what starts, and where in them."""
SCRIPTS = ("start.sh", "startup.sh", "run.sh", "entrypoint.sh")
OF_HOSTS = re.compile(r"\$\{?PORT\b")


def deployables_of(project: "Project") -> tuple[Deployable, ...]:
    """Return what each platform would get, the declared ones first.

    Back ends for which nothing says where they go are candidates for every platform that could run them.
    """
    declared = [*space_deployables(project), *render_deployables(project)]
    if not any(one.platform == "hf" for one in declared) and (told := space_told(project.code)) is not None:
        images = _of_spaces(list(_images(project.code)))
        declared += [replace(one, is_declared=True, told_by=(told, *one.told_by)) for one in images]
        declared += [] if images else program_told(project.code, told)
    candidates = [] if declared else list(_candidates(project.code))
    found = [with_started(project.code, one) for one in (*declared, *candidates, *vercel_deployables(project))]
    return tuple(sorted(found, key=lambda one: not one.is_declared))


def _of_spaces(images: list[Deployable]) -> list[Deployable]:
    """Return the images that a Space would build: the one at the top, else all that listen where Spaces ask."""
    told = [one for one in images if one.dockerfile is not None and OF_SPACES.search(one.dockerfile.file.text)]
    top = [one for one in told if one.dockerfile is not None and one.dockerfile.file.path == "Dockerfile"]
    return top or told or images[:1]


def _candidates(code: CodeBase) -> Iterator[Deployable]:
    """Yield back ends that could live on a Space or on Render."""
    images = list(_images(code))
    for one in images or _programs(code):
        for platform in BACKENDS:
            if platform == "hf" and one.shape == "python":
                continue
            yield replace(one, platform=platform)


def _images(code: CodeBase) -> Iterator[Deployable]:
    """Yield the Dockerfiles that start a Python server; of one folder the one named plainly."""
    files = [one for one in code.files.values() if one.name.lower().startswith("dockerfile") and not is_aside(one.path)]
    plain = [one for one in files if one.name == "Dockerfile"]
    for file in sorted(plain or files, key=lambda one: (one.path.count("/"), one.path))[:MAX_CANDIDATES]:
        found = _image(code, file)
        if found is not None:
            yield found


def _image(code: CodeBase, file: SourceFile) -> Deployable | None:
    """Return an image that starts Python, built from the folder that its COPY instructions fit."""
    best: Deployable | None = None
    for context in dict.fromkeys((file.folder, "")):
        dockerfile = read_dockerfile(file, context)
        if isinstance(dockerfile, str):
            return Deployable("hf", "docker", file.path, file.folder, False, told_by=(file.span(),), problem=dockerfile)
        one = Deployable(
            platform="hf",
            shape="docker",
            name=file.folder or code.name,
            root=context,
            is_declared=False,
            readme=code.files.get(posixpath.join(context, "README.md")),
            dockerfile=dockerfile,
            told_by=(file.span(),),
            environment=tuple(dockerfile.last.environment.items()),
        )
        places = InImage(code, context_of(code, one).image(dockerfile))
        command = command_of_image(dockerfile, places)
        entry = entry_of(command, places) if command is not None else None
        one = replace(one, command=command, entry=entry)
        if entry is not None and entry.module is not None:
            return one
        is_python = "python" in dockerfile.last.image or (entry is not None and entry.server not in ("node", "next"))
        best = best or (one if is_python else None)
    return best


def _programs(code: CodeBase) -> Iterator[Deployable]:
    """Yield the folders with requirements and a server's program, without a Dockerfile."""
    roots: list[str] = []
    for file in code.named("requirements.txt", "pyproject.toml", "Pipfile", "Procfile"):
        if not is_aside(file.path) and file.folder not in roots and file.path.count("/") <= 3:
            roots.append(file.folder)
    modules: set[str] = set()
    n = 0
    for root in roots:
        started = _started(code, root)
        if started is not None:
            command, places = started
            entry = entry_of(command, places)
            if entry is not None and entry.module in modules:
                continue  # started from a folder above: its own requirements are left over from another time
            if entry is not None and entry.module is not None:
                modules.add(entry.module)
            n += 1
            yield Deployable(
                platform="render",
                shape="python",
                name=root or code.name,
                root=root,
                is_declared=False,
                command=command,
                entry=entry,
                told_by=(command.span,),
            )
        if n == MAX_CANDIDATES:
            return


def _started(code: CodeBase, root: str) -> tuple[Command, InFolder] | None:
    """Return what a folder would be started with: what a file of it says, or its server's file."""
    places = InFolder(code, root)
    if (command := next(_stated(code, root, places), None)) is not None:
        return command, places
    for name in STARTED_BY:
        file = code.files.get(posixpath.join(root, name))
        if file is not None and any(one in file.text for one in FRAMEWORKS):
            words = _usual_words(file, name)
            return Command(words, file.span(), (), raw=words, folder=root), places
    return None


def _stated(code: CodeBase, root: str, places: InFolder) -> Iterator[Command]:
    """Yield the commands that a folder's Procfile, the files of other hosts and its start script state."""
    procfile = code.get(posixpath.join(root, "Procfile"))
    for number, line in enumerate(procfile.lines if procfile is not None else (), 1):
        kind, colon, text = line.partition(":")
        if procfile is not None and colon and kind.strip() == "web" and text.strip():
            command = command_of_text(text.strip(), procfile.span(number), places, label="web")
            if command is not None:
                yield command
    for text, span in (*_of_other_hosts(code, root), *_scripts(code, root)):
        command = command_of_text(text, span, places, label="")
        entry = entry_of(command, places) if command is not None else None
        if command is not None and entry is not None and entry.module is not None:
            yield command


def _of_other_hosts(code: CodeBase, root: str) -> Iterator[tuple[str, Span]]:
    """Yield the start commands for Railway and Nixpacks: what starts there starts on Render too."""
    for name, path in STATED_IN.items():
        file = code.get(posixpath.join(root, name))
        placed = (read_json(file) if name.endswith(".json") else read_toml(file)) if file is not None else ""
        part = placed.data if isinstance(placed, Placed) else None
        for key in path:
            part = part.get(key) if isinstance(part, dict) else None
        if isinstance(placed, Placed) and isinstance(part, str) and part.strip():
            yield part, placed.span(*path)


def _scripts(code: CodeBase, root: str) -> Iterator[tuple[str, Span]]:
    """Yield how the scripts are run that take the port from the host; others start a developer's own machine."""
    for name in SCRIPTS:
        file = code.get(posixpath.join(root, name))
        if file is not None and OF_HOSTS.search(file.text):
            yield f"bash {name}", file.span()


def _usual_words(file: SourceFile, name: str) -> tuple[str, ...]:
    """Return what is usually typed to start a file."""
    if "streamlit" in file.text and "fastapi" not in file.text:
        return ("streamlit", "run", name)
    if "fastapi" in file.text or "starlette" in file.text:
        return ("uvicorn", f"{name.removesuffix('.py').replace('/', '.')}:app", "--host", "0.0.0.0")  # noqa: S104
    return ("python", name)
