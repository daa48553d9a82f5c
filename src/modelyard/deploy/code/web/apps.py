"""The packages of a code base that build pages, and the files each of them bundles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.positions import read_json
from modelyard.deploy.code.web.syntax import GRAMMARS, suffix_of
from modelyard.deploy.finding import Span

Framework = Literal["next", "vite", "cra", "docusaurus", "gatsby", "astro", "other"]
FRAMEWORKS: dict[str, Framework] = {
    "next": "next",
    "@docusaurus/core": "docusaurus",
    "react-scripts": "cra",
    "@craco/craco": "cra",
    "gatsby": "gatsby",
    "astro": "astro",
    **dict.fromkeys(("@sveltejs/kit", "nuxt", "nuxt3", "@angular/core", "@vue/cli-service"), "other"),
    **dict.fromkeys(("@remix-run/react", "@react-router/dev", "@tanstack/react-start", "parcel"), "other"),
    "vite": "vite",
}
"""The package that tells the framework; the first that is asked for wins."""
SERVERS = {
    **{"express": "Express", "fastify": "Fastify", "koa": "Koa", "@hapi/hapi": "hapi", "hono": "Hono"},
    **{"@nestjs/core": "NestJS", "restify": "restify", "polka": "Polka", "socket.io": "Socket.IO"},
}
"""Packages that answer requests, and what they are called."""
HANDED_OUT = {"public", "static", "views", "templates", "www"}
"""Folders of a server that hold pages."""
CONFIGS = re.compile(
    r"(?:next|vite|docusaurus|gatsby|astro|nuxt|svelte|vue|craco|webpack|remix|react-router)[.-]config\.[cm]?[jt]s$"
    r"|gatsby-(?:browser|ssr|node)\.[jt]sx?$|vercel\.(?:json|ts|js|mjs)$"
)
OTHERS = re.compile(
    r"\.(?:test|spec|stories|story|cy|e2e)\.[cm]?[jt]sx?$|\.d\.[cm]?ts$|\.min\.js$|(?:^|/)[\w.-]+\.config\.[cm]?[jt]s$"
    r"|(?:^|/)(?:__tests__|__mocks__|__fixtures__|\.storybook|cypress|playwright)/|setupTests\.|(?:^|/)\.\w"
)
"""Tests, stories, declarations and configuration of tools: in no bundle."""
NOT_BUNDLED = {
    *("dist", "build", "out", "coverage", "public", "static", "storybook-static", "e2e", "test", "tests", "mocks"),
    *("fixtures", "scripts", "examples", "example", "specs", "bin", "tools", "cypress", "node_modules", ".vercel"),
    *("storybook", "benchmarks", "bench", "docker", "supabase", "prisma", "migrations"),
}
"""Folders at the top of a package that no page is built from."""
PAGES = re.compile(r"^(?:src/)?(?:app|pages)/")
"""Below these Next takes folders of any name for routes."""
FOLDERS_OF_SITES = {"frontend", "front-end", "client", "web", "website", "site", "ui", "webapp", "www"}
PLACES_OF_EXAMPLES = {
    *("examples", "example", "test", "tests", "__tests__", "fixtures", "e2e", "testdata", "templates", "template"),
    *("samples", "sample", "vendor", "third_party", "playground-fixtures", ".github", "specs"),
}


@dataclass(frozen=True)
class WebApp:
    """One package that builds pages."""

    root: str
    """The folder of its package.json."""
    framework: Framework
    package: dict[str, Any]
    manifest: Span
    """The package.json."""
    sources: tuple[SourceFile, ...]
    """What is bundled: no tests, stories, configuration, build output."""
    configs: tuple[SourceFile, ...]
    """next.config.*, vite.config.*, docusaurus.config.*, vercel.json."""

    @property
    def dependencies(self) -> dict[str, str]:
        """Every package it asks for, with the version as written."""
        return dependencies_of(self.package)

    @property
    def config(self) -> SourceFile | None:
        """The framework's own configuration."""
        return next((file for file in self.configs if not file.name.startswith("vercel.")), None)

    def inside(self, path: str) -> str:
        """Return a path of the code base relative to the package; unchanged when it lies elsewhere."""
        return path.removeprefix(f"{self.root}/") if self.root else path

    def at(self, path: str) -> str:
        """Return a path of the package relative to the code base."""
        return f"{self.root}/{path}" if self.root else path


def dependencies_of(package: dict[str, Any]) -> dict[str, str]:
    """Return the dependencies of a package.json of both kinds, leaving out what is no text."""
    found: dict[str, str] = {}
    for key in ("devDependencies", "dependencies"):
        named = package.get(key)
        if isinstance(named, dict):
            found.update({name: str(version) for name, version in named.items()})
    return found


def find_apps(code: CodeBase) -> tuple[WebApp, ...]:
    """Return every package that builds pages, the uppermost first."""
    packages = packages_of(code)
    roots = sorted((root for root in packages if not is_example(root)), key=lambda root: (root.count("/"), root))
    found = []
    for root in roots:
        framework = _framework(code, root, packages[root])
        if framework is not None:
            found.append(_app(code, root, framework, packages))
    found += [_site(code, folder) for folder in _sites(code, packages)]
    return tuple(found)


def find_servers(code: CodeBase) -> tuple[WebApp, ...]:
    """Return the packages that answer requests and build no pages: back ends in Node."""
    packages = packages_of(code)
    return tuple(
        _app(code, root, "other", packages)
        for root in sorted(packages)
        if not is_example(root) and server_of(packages[root]) and _framework(code, root, packages[root]) is None
    )


def server_of(package: dict[str, Any]) -> str:
    """Return what a package answers requests with, as it is called; `""` when it does not."""
    asked = package.get("dependencies")
    return next((said for name, said in SERVERS.items() if isinstance(asked, dict) and name in asked), "")


def _sites(code: CodeBase, packages: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield the folders of plain pages that are handed out as they stand, without a package."""
    for page in code.named("index.html"):
        folder = page.folder
        parts = folder.split("/") if folder else []
        is_told = code.get(f"{folder}/vercel.json" if folder else "vercel.json") is not None
        is_named = bool(parts) and parts[-1].lower() in FOLDERS_OF_SITES
        above = {"/".join(parts[:n]) for n in range(len(parts) + 1)}
        if (is_told or is_named) and not above & packages.keys() and not is_example(folder):
            yield folder


def _site(code: CodeBase, folder: str) -> WebApp:
    prefix = f"{folder}/" if folder else ""
    files = [file for file in code.under(folder) if suffix_of(file.path) in (".html", ".htm", ".js", ".mjs")]
    sources = tuple(file for file in files if not OTHERS.search(file.path.removeprefix(prefix)))
    config = code.get(f"{prefix}vercel.json")
    page = code.files[f"{prefix}index.html"]
    return WebApp(folder, "other", {}, page.span(), sources, (config,) if config else ())


def packages_of(code: CodeBase) -> dict[str, dict[str, Any]]:
    """Return every package.json that can be read, by its folder, the uppermost first."""
    return {file.folder: package for file in code.named("package.json") if (package := _package(file)) is not None}


def _package(file: SourceFile) -> dict[str, Any] | None:
    placed = read_json(file)
    return placed.data if not isinstance(placed, str) and isinstance(placed.data, dict) else None


def is_example(root: str) -> bool:
    """Say whether a folder holds examples, tests or what others wrote."""
    return any(part in PLACES_OF_EXAMPLES for part in root.split("/"))


def _framework(code: CodeBase, root: str, package: dict[str, Any]) -> Framework | None:
    """Return what builds the pages of a package; None when it builds none."""
    asked = dependencies_of(package)
    found = next((framework for name, framework in FRAMEWORKS.items() if name in asked), None)
    prefix = f"{root}/" if root else ""
    if found == "next" and not _has_routes(code, prefix):
        return None
    if found in ("vite", "cra", None) and not any(
        code.get(f"{prefix}{page}") for page in ("index.html", "public/index.html", "src/index.html")
    ):
        return found if found == "cra" else None
    if found is None:
        scripts = package.get("scripts")
        return "other" if isinstance(scripts, dict) and "build" in scripts and not server_of(package) else None
    return found


def _has_routes(code: CodeBase, prefix: str) -> bool:
    return any(code.has_folder(f"{prefix}{folder}") for folder in ("app", "pages", "src/app", "src/pages"))


def _app(code: CodeBase, root: str, framework: Framework, packages: dict[str, dict[str, Any]]) -> WebApp:
    inner = [f"{other}/" for other in packages if other != root and f"{other}/".startswith(f"{root}/" if root else "")]
    files = [file for file in code.under(root) if not file.path.startswith(tuple(inner))]
    prefix = f"{root}/" if root else ""
    manifest = code.files[f"{prefix}package.json"]
    top = code.get("vercel.json") or code.get("vercel.ts")
    configs = [file for file in files if CONFIGS.match(file.path.removeprefix(prefix))]
    return WebApp(
        root,
        framework,
        packages[root],
        manifest.span(),
        tuple(file for file in files if is_source(file.path.removeprefix(prefix), framework)),
        tuple(configs + ([top] if top is not None and top not in configs else [])),
    )


def is_source(path: str, framework: Framework = "other") -> bool:
    """Say whether a file of a package, by its path in it, can end in a bundle."""
    if suffix_of(path) not in GRAMMARS or OTHERS.search(path):
        return False
    if suffix_of(path) in (".html", ".htm"):
        return framework != "other" and path in ("index.html", "public/index.html")
    if PAGES.match(path) and framework == "next":
        return True
    first = path.split("/")[0] if "/" in path else ""
    return first not in NOT_BUNDLED


def loose_files(code: CodeBase, apps: tuple[WebApp, ...]) -> Iterator[SourceFile]:
    """Yield scripts and pages that no package builds: what a server hands out as it stands."""
    roots = tuple(f"{app.root}/" for app in apps if app.root)
    servers = tuple(f"{app.root}/" if app.root else "" for app in find_servers(code))
    has_top = any(not app.root for app in apps)
    for file in code.ending(".html", ".htm", ".js", ".mjs", ".jinja", ".jinja2", ".j2"):
        parts = file.path.split("/")[:-1]
        if suffix_of(file.path) not in GRAMMARS or OTHERS.search(file.path):
            continue
        if any(part in PLACES_OF_EXAMPLES - {"templates", "template"} or part in ("docs", "dist") for part in parts):
            continue
        if file.path.startswith(servers) and not HANDED_OUT & set(parts) and suffix_of(file.path) in (".js", ".mjs"):
            continue
        if not file.path.startswith(roots) and (not has_top or "templates" in parts):
            yield file
