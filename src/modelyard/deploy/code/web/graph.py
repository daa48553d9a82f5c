"""Which sources of a front end import which, from where its framework begins, and on which side each runs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal

from modelyard.deploy.code.files import CodeBase, SourceFile, normal
from modelyard.deploy.code.positions import read_json
from modelyard.deploy.code.web.apps import WebApp
from modelyard.deploy.code.web.imports import Import
from modelyard.deploy.code.web.source import Source
from modelyard.deploy.code.web.syntax import GRAMMARS, dotted, string_value, suffix_of

Side = Literal["server", "client"]
ENDINGS = ("", ".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".cjs", ".vue", ".svelte", ".astro")
NEXT_ROUTE = re.compile(
    r"^(?:src/)?app/(?:.*/)?(?:page|layout|template|route|loading|error|global-error|not-found|default|forbidden"
    r"|unauthorized|sitemap|robots|manifest|opengraph-image|twitter-image|icon|apple-icon)\.[jt]sx?$"
    r"|^(?:src/)?pages/.+\.[jt]sx?$|^(?:src/)?(?:middleware|proxy|instrumentation(?:-client)?)\.[jt]s$"
)
STARTS: dict[str, re.Pattern[str]] = {
    "next": NEXT_ROUTE,
    "vite": re.compile(r"^(?:src/)?(?:main|index)\.[jt]sx?$"),
    "cra": re.compile(r"^src/index\.[jt]sx?$"),
    "docusaurus": re.compile(r"^src/(?:pages|theme)/|^docusaurus\.config\.|^sidebars\."),
    "gatsby": re.compile(r"^src/(?:pages|templates|api)/|^gatsby-"),
    "astro": re.compile(r"^src/pages/|^src/middleware\."),
}
CLIENT_ONLY = ("vite", "cra", "docusaurus")
"""Frameworks whose pages run in the browser (Docusaurus renders them at build time as well)."""
API_ROUTE = re.compile(
    r"^(?:src/)?pages/api/|^(?:src/)?app/(?:.*/)?route\.[jt]sx?$|^(?:src/)?(?:middleware|proxy)\.[jt]s$"
)
MDX_IMPORT = re.compile(r"""^import\s[^'"\n]*['"]([^'"\n]+)['"]""", re.MULTILINE)
"""Imports of MDX pages, by regular expression: there is no grammar of MDX here."""
HTML_SCRIPT = re.compile(r"""<script\b[^>]*\bsrc=["']/?([^"']+)["']""", re.IGNORECASE)


@dataclass
class Graph:
    """The imports of one app."""

    code: CodeBase
    app: WebApp
    sources: dict[str, Source]
    """The parsed sources of the whole code base, by path."""
    packages: dict[str, str]
    """Folders of the packages of this repository, by package name."""

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """The files the framework begins with; empty when it is not known where it begins."""
        pattern = STARTS.get(self.app.framework)
        files = (*self.app.sources, *(file for file in self.app.configs if suffix_of(file.path) in GRAMMARS))
        found = [file.path for file in files if pattern and pattern.search(self.app.inside(file.path))]
        if self.app.framework == "next":
            found = [path for path in found if not self._is_shadowed(path)]
        found += [path for path in self._named() if path not in found]
        return tuple(found)

    def _is_shadowed(self, path: str) -> bool:
        """Say whether Next overlooks a route below `src` because the same folder is there at the top."""
        inside = self.app.inside(path)
        folder = inside.removeprefix("src/").split("/")[0]
        return inside.startswith("src/") and folder in ("app", "pages") and self.code.has_folder(self.app.at(folder))

    def _named(self) -> Iterator[str]:
        """Yield the files that pages in HTML, configuration and MDX name."""
        if self.app.framework == "vite" and (page := self.code.get(self.app.at("index.html"))):
            yield page.path
            for name in HTML_SCRIPT.findall(page.text):
                yield from self._existing(self.app.at(name))
        if self.app.framework == "docusaurus":
            for file in self.code.under(self.app.root):
                if file.path.endswith((".mdx", ".md")) and "import " in file.text:
                    for specifier in MDX_IMPORT.findall(file.text):
                        yield from self.resolve(specifier, file.folder)
            for config in self.app.configs:
                if suffix_of(config.path) in GRAMMARS:
                    yield from self._client_modules(self.sources[config.path])

    def _client_modules(self, config: Source) -> Iterator[str]:
        for node in config.nodes("pair"):
            if dotted(node.child_by_field_name("key")) == "clientModules":
                for text in config.nodes("string", below=node):
                    yield from self.resolve(string_value(text) or "", self.app.root)

    @cached_property
    def aliases(self) -> dict[str, tuple[str, ...]]:
        """Beginnings of specifiers and the folders they stand for, the longest first."""
        found: dict[str, tuple[str, ...]] = {}
        for name in ("tsconfig.json", "jsconfig.json", "tsconfig.app.json"):
            file = self.code.get(self.app.at(name))
            placed = read_json(file) if file else ""
            if not isinstance(placed, str) and isinstance(placed.data, dict):
                found.update(_paths(placed.data, self.app))
        for usual in ("@/", "~/", "#/"):
            found.setdefault(usual, (self.app.at("src/"), self.app.at("")))
        found.setdefault("@site/", (self.app.at(""),))
        found.setdefault("src/", (self.app.at("src/"),))
        return dict(sorted(found.items(), key=lambda one: -len(one[0])))

    def resolve(self, specifier: str, folder: str) -> Iterator[str]:
        """Yield the file that an import names; nothing for a package from elsewhere."""
        specifier = specifier.partition("?")[0]
        if specifier.startswith("."):
            yield from self._existing(f"{folder}/{specifier}")
            return
        if specifier.startswith("/"):
            yield from self._existing(self.app.at(specifier.lstrip("/")))
            return
        for beginning, folders in self.aliases.items():
            if specifier.startswith(beginning):
                for place in folders:
                    found = list(self._existing(place + specifier.removeprefix(beginning)))
                    if found:
                        yield from found
                        return
        yield from self._workspace(specifier)

    def _workspace(self, specifier: str) -> Iterator[str]:
        parts = specifier.split("/")
        name = "/".join(parts[: 2 if specifier.startswith("@") else 1])
        if (root := self.packages.get(name)) is not None and root != self.app.root:
            rest = specifier.removeprefix(name).lstrip("/")
            for place in (rest, f"src/{rest}", "src/index", "index") if rest else ("src/index", "index", "src/main"):
                if found := list(self._existing(f"{root}/{place}")):
                    yield from found
                    return

    def _existing(self, path: str) -> Iterator[str]:
        base = normal(path)
        names = [f"{base}{ending}" for ending in ENDINGS]
        if suffix_of(base) in (".js", ".jsx", ".mjs"):
            names += [base[: -len(suffix_of(base))] + ending for ending in (".ts", ".tsx", ".mts")]
        names += [f"{base}/index{ending}" for ending in ENDINGS[1:]]
        found = next((name for name in names if name in self.sources), None)
        if found:
            yield found

    @cached_property
    def edges(self) -> dict[str, tuple[tuple[Import, str], ...]]:
        """What each live source imports, resolved."""
        found: dict[str, tuple[tuple[Import, str], ...]] = {}
        waiting = list(self.starts) or [file.path for file in self.app.sources]
        while waiting:
            path = waiting.pop()
            if path in found or path not in self.sources:
                continue
            folder = PurePosixPath(path).parent.as_posix()
            found[path] = tuple(
                (one, target) for one in self.sources[path].imports for target in self.resolve(one.specifier, folder)
            )
            waiting += [target for _, target in found[path]]
        return found

    @property
    def live(self) -> Iterable[str]:
        """The sources that the app's starts import, directly or not."""
        return self.edges.keys()

    @cached_property
    def sides(self) -> dict[str, frozenset[Side]]:
        """On which side each live source runs; `use client` begins the browser's side, as React has it."""
        server = self._from([path for path in self.starts if self._begins_on_server(path)], stops_at_client=True)
        begun = [path for path in self.live if "use client" in self._directives(path)]
        if self.app.framework in CLIENT_ONLY or not self.starts:
            begun = list(self.live)
            server = set()
        elif self.app.framework == "next":
            begun += [path for path in self.starts if self._is_page_of_both(path)]
        else:
            begun += [path for path in self.live if suffix_of(path) not in (".astro",)]
        client = self._from(begun, stops_at_client=False)
        reached: tuple[tuple[Side, set[str]], ...] = (("server", server), ("client", client))
        return {path: frozenset(side for side, paths in reached if path in paths) for path in self.live}

    def _directives(self, path: str) -> frozenset[str]:
        source = self.sources.get(path)
        return source.directives if source else frozenset()

    def _begins_on_server(self, path: str) -> bool:
        return "use client" not in self._directives(path)

    def _is_page_of_both(self, path: str) -> bool:
        inside = self.app.inside(path)
        return inside.removeprefix("src/").startswith("pages/") and not API_ROUTE.match(inside)

    def _from(self, starts: list[str], *, stops_at_client: bool) -> set[str]:
        found: set[str] = set()
        waiting = list(starts)
        while waiting:
            path = waiting.pop()
            if path in found or (stops_at_client and "use client" in self._directives(path)):
                continue
            found.add(path)
            waiting += [
                target
                for _, target in self.edges.get(path, ())
                if stops_at_client or "use server" not in self._directives(target)
            ]
        return found


def _paths(data: dict[str, object], app: WebApp) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the aliases of a tsconfig.json."""
    options = data.get("compilerOptions")
    if not isinstance(options, dict):
        return
    base = options.get("baseUrl", ".")
    paths = options.get("paths")
    for key, targets in paths.items() if isinstance(paths, dict) else ():
        if isinstance(targets, list):
            places = tuple(normal(app.at(f"{base}/{one}")) for one in targets if isinstance(one, str))
            yield str(key).removesuffix("*"), tuple(place.removesuffix("*") for place in places)
    if isinstance(base, str) and "baseUrl" in options:
        for folder in ("components", "lib", "utils", "hooks", "services", "api", "config", "app", "store"):
            yield f"{folder}/", (f"{normal(app.at(f'{base}/{folder}'))}/",)


def source_files(apps: Iterable[WebApp]) -> Iterator[SourceFile]:
    """Yield the sources and scripted configurations of apps."""
    for app in apps:
        yield from app.sources
        yield from (file for file in app.configs if suffix_of(file.path) in GRAMMARS)
