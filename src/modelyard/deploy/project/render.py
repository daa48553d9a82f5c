"""What a blueprint sends to Render: each of its services as a deployable, with what starts it."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from modelyard.deploy.code.docker import Dockerfile, read_dockerfile
from modelyard.deploy.code.files import normal
from modelyard.deploy.code.image import ImageFiles
from modelyard.deploy.code.installing import installs_in
from modelyard.deploy.code.shell import read_shell
from modelyard.deploy.project.blueprints import Blueprint, Service
from modelyard.deploy.project.commands import command_of_image, command_of_text
from modelyard.deploy.project.deployable import Command, Deployable, Entry, Shape
from modelyard.deploy.project.entries import entry_of
from modelyard.deploy.project.places import InFolder, InImage

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

SHAPES: dict[str, Shape] = {
    "docker": "docker",
    "image": "docker",
    "python": "python",
    "node": "node",
    "static": "static",
}
"""By the service's runtime; those of other languages are not audited."""
DATA_TYPES = ("keyvalue", "redis")
MARKS: dict[Shape, tuple[str, ...]] = {
    "python": ("requirements.txt", "pyproject.toml", "Pipfile", "main.py", "app.py", "manage.py"),
    "node": ("package.json",),
    "static": ("package.json", "index.html"),
}
"""What a folder holds that a native service can be built from."""


def render_deployables(project: "Project") -> Iterator[Deployable]:
    """Yield what the blueprints of a project declare, in their order; data stores and other languages left out."""
    for blueprint in project.blueprints:
        for service in blueprint.services:
            shape = SHAPES.get(service.runtime)
            if shape is not None and service.type not in DATA_TYPES:
                yield _deployable(project, blueprint, service, shape)


def _deployable(project: "Project", blueprint: Blueprint, service: Service, shape: Shape) -> Deployable:
    variables = tuple((one.name, one.value) for one in blueprint.variables(service))
    known = {name: value for name, value in variables if value is not None}
    plain = Deployable(
        platform="render",
        shape=shape,
        name=service.name,
        root=_root(project, blueprint, service, shape),
        is_declared=True,
        manifest=blueprint.span(service.path),
        settings=service.data,
        environment=variables,
        told_by=(blueprint.span(service.path),),
    )
    if service.runtime == "docker":
        return _of_image(project, blueprint, service, plain, known)
    if shape == "static" or service.runtime == "image":
        return plain
    places = InFolder(project.code, plain.root)
    command = _start(blueprint, service, places, known)
    return replace(plain, command=command, entry=entry_of(command, places, environment=known) if command else None)


def _root(project: "Project", blueprint: Blueprint, service: Service, shape: Shape) -> str:
    """Return the folder a service is built from.

    Paths of a blueprint begin at the top of the repository. Where nothing can be built there, and a blueprint lies
    beside what can (`backend/render.yaml` without `rootDir`), its own folder is the one that people give to Render.
    """
    beside = normal(posixpath.join(blueprint.file.folder, service.root))
    folders = (service.root, beside)
    if beside == service.root:
        return beside
    marks = MARKS.get(shape, (service.text("dockerfilePath") or "Dockerfile",))
    holding = [
        folder
        for folder in folders
        if any(project.code.get(normal(posixpath.join(folder, mark))) is not None for mark in marks)
    ]
    if shape == "python":
        running = [folder for folder in folders if _runs_in(project, blueprint, service, folder)]
        holding = [folder for folder in running if folder in holding] or running or holding
        holding = [folder for folder in running if _installs_in(project, service, folder)] or holding
    return holding[0] if holding else service.root


def _runs_in(project: "Project", blueprint: Blueprint, service: Service, folder: str) -> bool:
    """Say whether the start command of a native service finds its program in a folder."""
    places = InFolder(project.code, folder)
    command = _start(blueprint, service, places, {})
    entry = entry_of(command, places, environment={}) if command else None
    return entry is not None and entry.module is not None


def _installs_in(project: "Project", service: Service, folder: str) -> bool:
    """Say whether a folder holds the requirements files that `buildCommand` names; a build that names none has none."""
    build = service.text("buildCommand")
    if any(one.program == "cd" for one in read_shell(build)):
        return False
    files = [path for install in installs_in(build) for path in install.files]
    return bool(files) and all(project.code.get(normal(posixpath.join(folder, path))) is not None for path in files)


def _start(
    blueprint: Blueprint, service: Service, places: InFolder | InImage, known: Mapping[str, str]
) -> Command | None:
    """Return what `startCommand` (or `dockerCommand`) runs, with what `preDeployCommand` runs before it."""
    key = next((key for key in ("startCommand", "dockerCommand") if service.text(key)), None)
    if key is None:
        return None
    span = blueprint.span((*service.path, key))
    command = command_of_text(service.text(key), span, places, label=key, environment=known)
    return _with_pre_deploy(blueprint, service, places, known, command)


def _with_pre_deploy(
    blueprint: Blueprint,
    service: Service,
    places: InFolder | InImage,
    known: Mapping[str, str],
    command: Command | None,
) -> Command | None:
    text = service.text("preDeployCommand")
    if command is None or not text:
        return command
    span = blueprint.span((*service.path, "preDeployCommand"))
    first = command_of_text(text, span, places, label="preDeployCommand", environment=known)
    return replace(command, before=(*first.before, first.words, *command.before)) if first else command


def _of_image(
    project: "Project", blueprint: Blueprint, service: Service, plain: Deployable, known: dict[str, str]
) -> Deployable:
    """Return the deployable of a Docker service; `problem` says why its Dockerfile cannot be read."""
    stated = service.text("dockerfilePath") or "Dockerfile"
    candidates = (normal(posixpath.join(plain.root, stated)), normal(stated))
    file = next((found for path in candidates if (found := project.code.get(path))), None)
    if file is None:
        return replace(plain, problem=f"{stated} is not there")
    context = normal(posixpath.join(plain.root, service.text("dockerContext")))
    dockerfile = read_dockerfile(file, context)
    if isinstance(dockerfile, str):
        return replace(plain, problem=dockerfile)
    return _with_image(project, blueprint, service, replace(plain, dockerfile=dockerfile), dockerfile, known)


def _with_image(
    project: "Project",
    blueprint: Blueprint,
    service: Service,
    plain: Deployable,
    dockerfile: Dockerfile,
    known: dict[str, str],
) -> Deployable:
    prefix = f"{dockerfile.context}/" if dockerfile.context else ""
    held = {one.path.removeprefix(prefix): one.path for one in project.code.under(dockerfile.context) if one.is_tracked}
    places = InImage(project.code, ImageFiles(dockerfile, held))
    command = _start(blueprint, service, places, known)
    if command is None:
        command = _with_pre_deploy(blueprint, service, places, known, command_of_image(dockerfile, places))
    entry: Entry | None = entry_of(command, places, environment=known) if command else None
    image = tuple((name, value) for name, value in dockerfile.last.environment.items() if name not in known)
    return replace(plain, command=command, entry=entry, environment=(*plain.environment, *image))
