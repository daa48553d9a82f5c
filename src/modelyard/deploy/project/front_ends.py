"""What rules ask of a front end within its project: where it goes, which API it talks to, what its build is given."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.suffixes import host_of
from modelyard.deploy.finding import PLATFORMS, Platform, Span

if TYPE_CHECKING:
    from modelyard.deploy.code.web.code import Source, WebApp
    from modelyard.deploy.project.deployable import Deployable
    from modelyard.deploy.project.project import Project

SLEEPING_HOSTS: dict[str, Platform] = {".hf.space": "hf", ".onrender.com": "render"}
LINE = re.compile(r"^\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<value>.*?)\s*$")
BUILD_FILES = (".env.production", ".env", ".env.production.local")
IN_DOCKERFILE = re.compile(r"^[ \t]*(?:ENV|ARG)\s+(?P<name>\w+)(?:=|\s+)(?P<value>\S+)", re.MULTILINE)


def deployables_of(project: "Project", app: "WebApp") -> "tuple[Deployable, ...]":
    """Return what carries an app's pages: on Vercel the app itself, elsewhere the image or service that holds it."""
    return tuple(
        one
        for one in project.deployables
        if (one.root == app.root and one.shape in ("static", "node"))
        or (one.dockerfile is not None and _is_copied(one, app))
    )


def _is_copied(deployable: "Deployable", app: "WebApp") -> bool:
    text = deployable.dockerfile.file.text if deployable.dockerfile else ""
    is_below = not deployable.root or app.root == deployable.root or app.root.startswith(f"{deployable.root}/")
    return is_below and re.search(r"\b(?:npm|pnpm|yarn|bun)\b[^\n]*\bbuild\b", text) is not None


def platforms_of(project: "Project", app: "WebApp") -> tuple[Platform, ...]:
    """Return the platforms whose verdict an app weighs on; Vercel where nothing carries it yet."""
    found = {one.platform for one in deployables_of(project, app)}
    return tuple(platform for platform in PLATFORMS if platform in found) or ("vercel",)


def page_sources(project: "Project") -> "Iterator[tuple[list[Source], tuple[Platform, ...]]]":
    """Yield the live sources of each app, then of pages that a server hands out, with the platforms they go to."""
    for app in project.web.apps:
        yield list(sources_of(project, app)), platforms_of(project, app)
    platforms = tuple(dict.fromkeys(one.platform for one in project.on("hf", "render")))
    if platforms:
        yield list(project.web.loose), platforms


def is_on_vercel(project: "Project", app: "WebApp") -> bool:
    """Say whether an app goes to Vercel, or could."""
    return any(one.root == app.root and one.shape != "functions" for one in project.on("vercel"))


def is_served_by_functions(project: "Project", app: "WebApp") -> bool:
    """Say whether Vercel would run functions for an app, not only hand out files."""
    return any(one.root == app.root and one.shape == "node" for one in project.on("vercel"))


def sources_of(project: "Project", app: "WebApp", *, with_config: bool = False) -> "Iterator[Source]":
    """Yield the live sources of an app, its scripted configuration too when asked."""
    seen = set()
    for source in project.web.sources(app):
        if with_config or source.file not in app.configs:
            seen.add(source.file.path)
            yield source
    for file in app.configs if with_config else ():
        config = project.web.source(file)
        if config is not None and file.path not in seen:
            yield config


def sleeping_platforms(project: "Project") -> tuple[Platform, ...]:
    """Return where an API of this project sleeps: by addresses in its front ends, else by what it deploys."""
    named = {
        platform
        for app in project.web.apps
        for source in sources_of(project, app, with_config=True)
        for ending, platform in SLEEPING_HOSTS.items()
        if ending in source.file.text and any(host_of(text.text).endswith(ending) for text in source.texts)
    }
    apis = [one for one in project.on("hf", "render") if one.shape not in ("static", "node")]
    declared = {one.platform for one in apis if one.is_declared}
    found = named or declared or {one.platform for one in apis}
    return tuple(platform for platform in PLATFORMS if platform in found)


def build_values(project: "Project", app: "WebApp", name: str) -> Iterator[tuple[str, Span]]:
    """Yield the values that tracked files give a name when an app is built: env files, vercel.json, Dockerfiles."""
    for file_name in BUILD_FILES:
        file = project.code.get(app.at(file_name))
        for number, line in enumerate(file.lines if file is not None and file.is_tracked else (), 1):
            found = LINE.match(line)
            if file is not None and found and found["name"] == name:
                yield found["value"].strip("\"'"), file.span(number)
    for one in deployables_of(project, app):
        for key, value in one.environment:
            if key == name and value is not None and one.manifest is not None:
                yield value, one.manifest
        if one.dockerfile is not None:
            yield from _in_dockerfile(project.code, one.dockerfile.file.path, name)


def _in_dockerfile(code: CodeBase, path: str, name: str) -> Iterator[tuple[str, Span]]:
    file = code.files[path]
    for found in IN_DOCKERFILE.finditer(file.text):
        if found["name"] == name:
            yield found["value"].strip("\"'"), file.span(file.line_at(found.start("name")))
