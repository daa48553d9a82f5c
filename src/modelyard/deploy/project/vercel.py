"""What Vercel would get: front ends and Python functions, declared by files, workflows and texts, or only possible."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.positions import read_json
from modelyard.deploy.code.web.configuration import is_exported
from modelyard.deploy.code.web.syntax import string_value
from modelyard.deploy.finding import Span
from modelyard.deploy.project.deployable import Deployable, Entry, Shape

if TYPE_CHECKING:
    from modelyard.deploy.code.web.code import WebApp
    from modelyard.deploy.project.project import Project

HOST = re.compile(r"https?://(?!\*)(?P<host>[a-z0-9][a-z0-9-]*)\.vercel\.app", re.IGNORECASE)
PLACEHOLDERS = re.compile(r"^(?:your|my-?app|example|xxx|project|app-name|frontend-url|username)", re.IGNORECASE)
WORKFLOW = re.compile(r"vercel-action|\bvercel(?:@\w+)?\s+(?:deploy|--prod|pull|build|--token)|VERCEL_(?:TOKEN|ORG_ID)")
SAID = re.compile(
    r"(?:deploy|host|publish|import)\w*\b[^.\n]{0,80}\bvercel\b|\bvercel\b[^.\n]{0,80}(?:deploy|host|import|dashboard"
    r"|project|root directory|environment|frontend|front-end)|(?:frontend|front-end|web|ui)\b[^.\n]{0,40}\bvercel\b",
    re.IGNORECASE,
)
OF_TEMPLATES = re.compile(
    r"easiest way to deploy your next|^#+ Deploy on Vercel\s*$|next\.js deployment documentation|font.*vercel"
    r"|vercel/(?:next\.js|geist|font|turborepo|swr|ai)|remote caching|power of turborepo",
    re.IGNORECASE,
)
"""Lines that project templates bring along: they declare nothing."""
ELSEWHERE = re.compile(
    r"actions/deploy-pages|peaceiris/actions-gh-pages|gh-pages|netlify|cloudflare/(?:pages|wrangler)"
)
DOCUMENTS = re.compile(
    r"(?:^|/)(?:readme|deploy\w*|deployment[\w-]*|hosting|vercel[\w-]*)[\w.-]*\.(?:md|mdx|txt|rst)$", re.I
)
SPEAKING = ("md", "mdx", "py", "yaml", "yml", "toml", "txt", "example")
SERVED = ("nuxt", "@sveltejs/kit", "@remix-run/react", "@react-router/dev", "@tanstack/react-start")
NODE_BUILD = re.compile(r"\b(?:npm|pnpm|yarn|bun)\b[^\n&|;]*\bbuild\b")
PYTHON_IMAGE = re.compile(r"^FROM\s+(?:\S+/)?python\b|\b(?:uvicorn|gunicorn|hypercorn)\b", re.MULTILINE | re.IGNORECASE)


def vercel_deployables(project: "Project") -> Iterator[Deployable]:
    """Yield what would live on Vercel, the declared ones first."""
    found = [*_front_ends(project), *_built_pages(project), *_functions(project)]
    yield from sorted(found, key=lambda one: not one.is_declared)


def rewrites_to_hosts(app: "WebApp") -> Iterator[tuple[str, Span]]:
    """Yield the addresses on other hosts that the `vercel.json` of an app hands requests on to."""
    file = next((file for file in app.configs if file.name == "vercel.json"), None)
    placed = read_json(file) if file is not None else ""
    if isinstance(placed, str) or not isinstance(placed.data, dict):
        return
    for key, target in (("rewrites", "destination"), ("routes", "dest")):
        rules = placed.data.get(key)
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            address = rule.get(target) if isinstance(rule, dict) else None
            if isinstance(address, str) and address.startswith(("http://", "https://")):
                yield address, placed.span(key, index, target)


def _front_ends(project: "Project") -> Iterator[Deployable]:
    apps = project.web.apps
    for app in apps:
        told = tuple(_told(project.code, app, is_only=len(apps) == 1))
        if not told and _lives_elsewhere(project.code, app):
            continue
        config = _config(project.code, app, is_only=len(apps) == 1)
        settings = _settings(config)
        yield Deployable(
            platform="vercel",
            shape=_shape(project, app),
            name=str(app.package.get("name") or app.root or project.code.name),
            root=app.root,
            is_declared=bool(told),
            manifest=config.span() if config else app.manifest,
            settings=settings,
            environment=_environment(settings),
            told_by=told,
        )


def _built_pages(project: "Project") -> Iterator[Deployable]:
    """Yield folders of finished pages: a vercel.json that no package stands beside, and pages where it says."""
    for config in project.code.named("vercel.json"):
        settings = _settings(config)
        if settings is None or project.code.get(f"{config.folder}/package.json") is not None:
            continue
        output = f"{config.folder}/{settings.get('outputDirectory') or ''}".strip("/")
        if project.code.get(f"{output}/index.html") is None:
            continue
        yield Deployable(
            platform="vercel",
            shape="static",
            name=config.folder or project.code.name,
            root=config.folder,
            is_declared=True,
            manifest=config.span(),
            settings=settings,
            environment=_environment(settings),
            told_by=(config.span(),),
        )


def _shape(project: "Project", app: "WebApp") -> Shape:
    config = project.web.source(app.config) if app.config is not None else None
    if app.framework == "next":
        return "static" if is_exported(config) else "node"
    if any(name in app.dependencies for name in SERVED):
        return "node"
    is_served = (
        app.framework == "astro" and config is not None and "server" in map(string_value, config.nodes("string"))
    )
    return "node" if is_served else "static"


def _config(code: CodeBase, app: "WebApp", *, is_only: bool) -> SourceFile | None:
    """Return the vercel.json (or .ts) of an app: its own, or the top one where it is the only app or is named there."""
    own = code.get(app.at("vercel.json")) or code.get(app.at("vercel.ts"))
    top = code.get("vercel.json") or code.get("vercel.ts")
    if own is None and top is not None and (is_only or (app.root and app.root in top.text)):
        return top
    return own


def _settings(config: SourceFile | None) -> dict[str, Any] | None:
    if config is None or not config.name.endswith(".json"):
        return None
    placed = read_json(config)
    return placed.data if not isinstance(placed, str) and isinstance(placed.data, dict) else None


def _environment(settings: dict[str, Any] | None) -> tuple[tuple[str, str | None], ...]:
    """Return the names that a vercel.json sets; a value `@name` is a secret kept elsewhere."""
    build = (settings or {}).get("build")
    places = ((settings or {}).get("env"), build.get("env") if isinstance(build, dict) else None)
    found: dict[str, str | None] = {}
    for named in places:
        for name, value in named.items() if isinstance(named, dict) else ():
            found[str(name)] = None if str(value).startswith("@") else str(value)
    return tuple(found.items())


def _told(code: CodeBase, app: "WebApp", *, is_only: bool) -> Iterator[Span]:
    """Yield what says that an app goes to Vercel."""
    config = _config(code, app, is_only=is_only)
    for file in (config, code.get(app.at(".vercelignore")), code.get(app.at(".vercel/project.json"))):
        if file is not None:
            yield file.span()
    if not is_only and not _is_main(app):
        return
    for file in code.under(".github/workflows"):
        if found := WORKFLOW.search(file.text):
            yield file.span(file.line_at(found.start()))
    yield from _said(code)


def _is_main(app: "WebApp") -> bool:
    """Say whether texts about "the front end" mean this app: one for visitors, not documentation or an admin's."""
    return app.framework not in ("docusaurus", "other") and "admin" not in app.root and "doc" not in app.root


def _said(code: CodeBase) -> Iterator[Span]:
    """Yield the first address or sentence that names Vercel as the host."""
    for file in code.files.values():
        if not may_tell(file):
            continue
        is_document = DOCUMENTS.search(file.path) is not None
        for number, line in enumerate(file.lines, 1):
            if "vercel" not in line.lower() or OF_TEMPLATES.search(line):
                continue
            host = HOST.search(line)
            if (host and not PLACEHOLDERS.match(host["host"])) or (is_document and SAID.search(line)):
                yield file.span(number)
                return


def may_tell(file: SourceFile) -> bool:
    """Say whether a file speaks of this project: its documents, settings and code, not what it depends on."""
    if not file.is_tracked or file.is_binary or "lock" in file.name or file.path.count("/") > 4:
        return False
    ending = file.name.rpartition(".")[2]
    is_script = ending in ("ts", "js", "mjs") and ".config." in file.name
    return (is_script or ending in SPEAKING) and "ercel" in file.text


def _lives_elsewhere(code: CodeBase, app: "WebApp") -> bool:
    """Say whether the code base itself hosts an app somewhere else: a static host, or its own container."""
    if code.get("netlify.toml") or code.get(app.at("netlify.toml")) or code.get(app.at("firebase.json")):
        return True
    if any(ELSEWHERE.search(file.text) for file in code.under(".github/workflows")) or "gh-pages" in app.dependencies:
        return True
    return any(_is_built_in(file, app) for file in code.files.values() if "dockerfile" in file.name.lower())


def _is_built_in(dockerfile: SourceFile, app: "WebApp") -> bool:
    """Say whether an image builds the app's pages and serves them from Python: one origin for both."""
    is_above = not dockerfile.folder or app.root.startswith(dockerfile.folder)
    text = dockerfile.text
    names_it = not app.root or app.root.rpartition("/")[2] in text
    return bool(is_above and names_it and NODE_BUILD.search(text) and PYTHON_IMAGE.search(text))


def _functions(project: "Project") -> Iterator[Deployable]:
    """Yield the Python functions that a vercel.json declares."""
    for file in project.code.named("vercel.json"):
        settings = _settings(file)
        root = file.folder
        modules = _function_files(project.code, f"{root}/" if root else "", settings or {})
        if settings is None or not modules:
            continue
        yield Deployable(
            platform="vercel",
            shape="functions",
            name=f"{root or project.code.name} functions",
            root=root,
            is_declared=True,
            manifest=file.span(),
            settings=settings,
            entry=_entry(modules[0], file.span()),
            environment=_environment(settings),
            told_by=(file.span(),),
        )


def _function_files(code: CodeBase, prefix: str, settings: dict[str, Any]) -> list[SourceFile]:
    """Return the Python files that Vercel makes functions of: those `builds` names, else what lies in `api`."""
    builds = settings.get("builds")
    named = [
        code.get(f"{prefix}{one.get('src')}")
        for one in (builds if isinstance(builds, list) else ())
        if isinstance(one, dict) and str(one.get("use", "")).startswith("@vercel/python")
    ]
    found = [file for file in named if file is not None and file.path.endswith(".py")]
    if found or code.get(f"{prefix}api/__init__.py"):
        return found
    there = [file for file in code.under(f"{prefix}api") if file.path.endswith(".py")]
    return sorted(there, key=lambda file: (file.name not in ("index.py", "main.py", "app.py"), file.path))


def _entry(file: SourceFile, told: Span) -> Entry:
    """Return the application that a function answers with, which Vercel's own server imports."""
    return Entry(
        server="python",
        module=file.path,
        target="app",
        is_run=False,
        host=None,
        port=None,
        port_from=None,
        n_workers=None,
        options={},
        spans=(told,),
    )
