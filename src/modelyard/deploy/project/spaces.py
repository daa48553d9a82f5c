"""Spaces of Hugging Face: what a code base would upload to one, and what would run there."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.docker import read_dockerfile
from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.finding import Span
from modelyard.deploy.project.commands import command_of_image
from modelyard.deploy.project.context import context_of
from modelyard.deploy.project.deployable import Command, Deployable, Shape
from modelyard.deploy.project.entries import entry_of
from modelyard.deploy.project.front_matter import FrontMatter, read_front_matter
from modelyard.deploy.project.places import InFolder, InImage
from modelyard.deploy.project.staging import CHECKOUT, Lines, Pushed, Stage, Written, follow_shell
from modelyard.deploy.project.uploading import follow_python, follow_typed
from modelyard.deploy.project.workflows import WorkflowStep, workflows_of
from modelyard.deploy.project.written import line_of, placed

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

SHAPES: dict[str, Shape] = {"docker": "docker", "gradio": "gradio", "static": "static", "streamlit": "streamlit"}
DEFAULT_FILES = {"gradio": "app.py", "streamlit": "app.py", "static": "index.html"}
OF_A_SPACE = re.compile(
    r"spaces-sdks-docker|hugging\s?face\s+(?:docker\s+)?spaces?\b|\bhf[ _-]?spaces?\b|\b7860\b", re.IGNORECASE
)
OTHER_NAMES = re.compile(r"^Dockerfile[._-](?:hf|hugging\w*|spaces?|hfspaces?|hf[_-]spaces?)$", re.IGNORECASE)
README_NAMES = re.compile(r"^(?:[\w-]*readme[\w.-]*|(?:hf|hugging\w*|space)[\w.-]*)\.md$", re.IGNORECASE)
OF_AN_SDK = re.compile(r"^\s*(?:import|from)\s+(streamlit|gradio)\b", re.MULTILINE)
MAX_IMAGES = 5
RUN_BY_SPACES = {"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": "7860"}  # noqa: S104 - what the platform sets


@dataclass(frozen=True)
class SpaceSource:
    """A folder that goes up to a Space, before it is known what runs in it."""

    root: str
    told_by: tuple[Span, ...]
    staged: Mapping[str, str] | None = None
    written: Mapping[str, Written] | None = None
    """What the script that stages it writes itself."""
    space: str = ""
    is_declared: bool = True
    is_clone: bool = False
    """Only what is staged is put into the Space's own repository; what that holds besides is not known."""


def space_deployables(project: "Project") -> Iterator[Deployable]:
    """Yield the Spaces that a code base declares: by workflow, script, front matter, or a Dockerfile made for one."""
    code = project.code
    sources = [*_staged(code)]
    roots = {one.root for one in sources}
    for root, span in _read_mes(code):
        if not any(one.staged is None and one.root == root for one in sources) and not _is_part(root, sources):
            sources.append(SpaceSource(root, (span,)))
            roots.add(root)
    if not sources:
        sources = list(_by_dockerfile(code))
    for source in sources:
        yield _deployable(code, source)


def program_told(code: CodeBase, told: Span) -> Iterator[Deployable]:
    """Yield the Space that a document speaks of where no image is there for it: app.py at the top, for an SDK."""
    program = code.get("app.py")
    if program is not None and OF_AN_SDK.search(program.text):
        yield _deployable(code, SpaceSource("", (told,)))


def _is_part(root: str, sources: list[SpaceSource]) -> bool:
    """Say whether a README's folder is what a script already stages from."""
    prefix = f"{root}/" if root else ""
    return any(
        one.staged is not None and any(path.startswith(prefix) for path in one.staged.values() if path)
        for one in sources
    )


def _staged(code: CodeBase) -> Iterator[SpaceSource]:
    """Yield what workflows and deploy scripts upload; of several uploads of one folder the first."""
    seen: set[tuple[str, frozenset[str]]] = set()
    followed: set[str] = set()
    for pushed, told_by in (*_by_workflow(code, followed), *_by_script(code, followed)):
        source = _source_of(code, pushed, told_by)
        key = (source.root, frozenset(source.staged or ()))
        if pushed.files and key not in seen:
            seen.add(key)
            yield source


def _by_workflow(code: CodeBase, followed: set[str]) -> Iterator[tuple[Pushed, tuple[Span, ...]]]:
    for workflow in workflows_of(code):
        stage = Stage(code)
        for step in workflow.steps:
            if step.is_sync:
                _sync(stage, step)
            elif step.run:
                at = Lines(code, workflow.file.path, step.run_line)
                folder = posixpath.normpath(posixpath.join(CHECKOUT, step.folder))
                for ran in follow_shell(stage, step.run, at, folder=folder, environment=step.environment):
                    path = stage.files.get(ran.path)
                    if ran.text:
                        follow_typed(stage, workflow.file, ran.text, ran.line)
                    elif isinstance(path, str):
                        followed.add(path)
                        follow_python(stage, code.files[path])
        for pushed in stage.pushed:
            yield pushed, (pushed.span,)


def _sync(stage: Stage, step: WorkflowStep) -> None:
    """Note what an action uploads that syncs a folder with a Space."""
    kind = str(step.given.get("repo_type") or step.given.get("huggingface_repo_type") or "space")
    if kind == "space":
        folder = str(step.given.get("subdirectory") or step.given.get("source_directory") or "")
        space = step.given.get("huggingface_repo_id") or step.given.get("huggingface_repo") or step.given.get("space")
        stage.push(posixpath.normpath(posixpath.join(CHECKOUT, folder)), str(space or ""), step.span)


def _by_script(code: CodeBase, followed: set[str]) -> Iterator[tuple[Pushed, tuple[Span, ...]]]:
    for file in code.ending(".sh", ".py"):
        if is_aside(file.path) or file.path in followed or not file.is_tracked:
            continue
        text = file.text
        if file.name.endswith(".py"):
            if "upload_f" not in text or "space" not in text:
                continue
            stage = Stage(code, is_local=True)
            follow_python(stage, file)
        elif "huggingface" in text or "hf upload" in text:
            stage = Stage(code, is_local=True)
            own = posixpath.normpath(posixpath.join(CHECKOUT, file.folder))
            for _ in follow_shell(stage, text, Lines(code, file.path, 1), own_folder=own):
                pass
        else:
            continue
        for pushed in stage.pushed:
            yield pushed, (pushed.span,)


def _source_of(code: CodeBase, pushed: Pushed, told_by: tuple[Span, ...]) -> SpaceSource:
    """Return an upload as a folder of the code base where it is one, else with the map of what it stages."""
    own = {path: one for path, one in pushed.files.items() if isinstance(one, str)}
    written = {path: one for path, one in pushed.files.items() if isinstance(one, Written)}
    prefixes = {_prefix(path, one) for path, one in own.items()}
    if len(prefixes) == 1 and None not in prefixes and not written:
        root = str(next(iter(prefixes)))
        tracked = {file.path for file in code.under(root) if file.is_tracked}
        if set(own.values()) == tracked:
            return SpaceSource(root, told_by, space=pushed.space, is_clone=pushed.is_clone)
    most = [one for one in prefixes if one is not None]
    root = max(most, key=lambda one: sum(1 for item in own.items() if _prefix(*item) == one)) if most else ""
    staged = {**own, **dict.fromkeys(written, "")}
    return SpaceSource(root, told_by, staged, written, pushed.space, is_clone=pushed.is_clone)


def _prefix(path: str, source: str) -> str | None:
    """Return the folder that an upload takes off: `""` for `a/b` → `a/b`, `backend` for `backend/a` → `a`."""
    if source == path:
        return ""
    return source[: -len(path) - 1] if source.endswith(f"/{path}") else None


def _read_mes(code: CodeBase) -> Iterator[tuple[str, Span]]:
    """Yield the folders whose README (or a file that should become one) has the front matter of a Space."""
    for file in code.ending(".md", ".MD"):
        if is_aside(file.path) or not README_NAMES.match(file.name) or file.path.count("/") > 3:
            continue
        found = read_front_matter(file)
        if isinstance(found, FrontMatter) and found.is_of_a_space:
            yield file.folder, found.span


def _by_dockerfile(code: CodeBase) -> Iterator[SpaceSource]:
    """Yield the folders of Dockerfiles that say they are for a Space: by name, else at the top, else each of them."""
    files = [
        one
        for one in code.files.values()
        if one.name.lower().startswith("dockerfile") and not is_aside(one.path) and not one.name.endswith(".md")
    ]
    named = [one for one in files if OTHER_NAMES.match(one.name)][:1]
    told = [one for one in files if OF_A_SPACE.search(one.text)]
    top = [one for one in told if one.path == "Dockerfile"]
    chosen = named or top or list({one.folder: one for one in reversed(told)}.values())[::-1]
    for file in chosen[:MAX_IMAGES]:
        found = OF_A_SPACE.search(file.text)
        staged = None
        if file.name != "Dockerfile" and code.get(posixpath.join(file.folder, "Dockerfile")) is None:
            staged = _renamed(code, file)
        yield SpaceSource(file.folder, (file.span(file.line_at(found.start()) if found else 1),), staged)


def _renamed(code: CodeBase, file: SourceFile) -> dict[str, str]:
    """Return a folder's files with this Dockerfile under the name that Spaces read."""
    prefix = f"{file.folder}/" if file.folder else ""
    held = {one.path.removeprefix(prefix): one.path for one in code.under(file.folder) if one.is_tracked}
    return {**held, "Dockerfile": file.path}


def _deployable(code: CodeBase, source: SpaceSource) -> Deployable:
    readme = _file(code, source, "README.md")
    matter = _matter(code, source)
    keys = matter.keys if matter is not None else {}
    sdk = str(keys.get("sdk") or "").lower()
    # the builder takes the name in small letters too, where the other is missing
    dockerfile = _image(code, source, "Dockerfile") or _image(code, source, "dockerfile")
    shape = SHAPES.get(sdk) or (_shape_of(_file(code, source, "app.py")) if dockerfile is None else "docker")
    name = str(keys.get("title") or source.space or source.root or code.name)
    plain = Deployable(
        platform="hf",
        shape=shape,
        name=name,
        root=source.root,
        is_declared=source.is_declared,
        manifest=matter.span if matter is not None else None,
        settings=dict(keys) if matter is not None else None,
        readme=readme,
        uploads=frozenset(path for path in source.staged.values() if path) if source.staged is not None else None,
        told_by=source.told_by,
        staged=source.staged,
        is_added_to=source.is_clone,
        front_matter=matter,
    )
    if shape == "docker":
        is_unread = dockerfile is None and "Dockerfile" in (source.written or {})
        return plain if is_unread else _with_image(code, plain, dockerfile)
    return _with_file(code, plain, str(keys.get("app_file") or DEFAULT_FILES[shape]))


def _shape_of(program: SourceFile | None) -> Shape:
    """Return what runs a program that no front matter speaks of."""
    if program is None:
        return "docker"
    found = OF_AN_SDK.search(program.text)
    return SHAPES[found[1]] if found else "gradio"


def _matter(code: CodeBase, source: SpaceSource) -> FrontMatter | None:
    """Return the front matter that the Space's README will have."""
    written = (source.written or {}).get("README.md")
    if written is not None:
        file = code.files[written.span.file]
        first = line_of(file, written)
        found = read_front_matter(file, written.text, first_line=first)
    else:
        readme = _file(code, source, "README.md")
        found = read_front_matter(readme) if readme is not None else None
    return found if isinstance(found, FrontMatter) else None


def _image(code: CodeBase, source: SpaceSource, path: str) -> SourceFile | None:
    """Return the Space's Dockerfile, which a script may write itself."""
    written = (source.written or {}).get(path)
    return placed(code, written) if written is not None else _file(code, source, path)


def _file(code: CodeBase, source: SpaceSource, path: str) -> SourceFile | None:
    """Return a file of the Space by its path there."""
    if source.staged is not None:
        return code.files.get(source.staged.get(path, ""))
    return code.files.get(posixpath.join(source.root, path))


def _with_image(code: CodeBase, plain: Deployable, file: SourceFile | None) -> Deployable:
    if file is None:
        return replace(plain, problem="there is no Dockerfile at the top of what is uploaded")
    dockerfile = read_dockerfile(file, plain.root)
    if isinstance(dockerfile, str):
        return replace(plain, problem=dockerfile)
    plain = replace(plain, dockerfile=dockerfile)
    places = InImage(code, context_of(code, plain).image(dockerfile))
    command = command_of_image(dockerfile, places)
    environment = tuple(dockerfile.last.environment.items())
    entry = entry_of(command, places) if command is not None else None
    return replace(plain, command=command, entry=entry, environment=environment)


def _with_file(code: CodeBase, plain: Deployable, path: str) -> Deployable:
    places = InFolder(code, plain.root, plain.staged)
    file = places.find(path, "" if plain.staged is not None else plain.root)
    if file is None:
        plain = replace(plain, problem=f"{path} is not there")
        path = DEFAULT_FILES[plain.shape]  # looked at too where it is there: it is what was meant
        file = places.find(path, "" if plain.staged is not None else plain.root)
    if file is None:
        return plain
    if plain.shape == "static":
        return plain
    words = ("streamlit", "run", path) if plain.shape == "streamlit" else ("python", path)
    span = plain.manifest or file.span()
    folder = "" if plain.staged is not None else plain.root
    command = Command(words, span, (f"{span.place} app_file",), raw=words, folder=folder, environment=RUN_BY_SPACES)
    return replace(plain, command=command, entry=entry_of(command, places))
