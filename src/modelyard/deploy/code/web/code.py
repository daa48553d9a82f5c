"""All front ends of a code base."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath

from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.web.apps import (
    Framework,
    WebApp,
    find_apps,
    find_servers,
    is_source,
    loose_files,
    packages_of,
)
from modelyard.deploy.code.web.graph import Graph, Side, source_files
from modelyard.deploy.code.web.imports import Import
from modelyard.deploy.code.web.reads import WebRead, reads_in
from modelyard.deploy.code.web.source import Source, Text, WebCall
from modelyard.deploy.file_time import FileTime

__all__ = ["Framework", "Import", "Side", "Source", "Text", "WebApp", "WebCall", "WebCode", "WebRead"]


class WebCode:
    """The front ends of a code base."""

    def __init__(self, code: CodeBase, time: FileTime | None = None) -> None:
        self.code = code
        self._time = time or FileTime()

    @cached_property
    def apps(self) -> tuple[WebApp, ...]:
        """Every package that builds pages, the uppermost first."""
        return find_apps(self.code)

    @cached_property
    def servers(self) -> tuple[WebApp, ...]:
        """Every package that answers requests and builds no pages: back ends in Node."""
        return find_servers(self.code)

    @property
    def server_sources(self) -> tuple[tuple[WebApp, Source], ...]:
        """The scripts that run on a server: all of a Node back end, and what pages run there."""
        over = self._time.over
        return tuple((app, source) for app, source in self._server_sources if source.file.path not in over)

    @cached_property
    def _server_sources(self) -> tuple[tuple[WebApp, Source], ...]:
        own = [(app, Source(file)) for app in self.servers for file in app.sources]
        sides = [(app, source) for app in self.apps for source in self.sources(app) if app.framework == "next"]
        return (*own, *((app, source) for app, source in sides if "server" in self.sides(source.file)))

    @property
    def loose(self) -> tuple[Source, ...]:
        """Scripts and pages that no package builds: what a server hands out as it stands."""
        over = self._time.over
        return tuple(self._sources[file.path] for file in self._loose_files if file.path not in over)

    @cached_property
    def _loose_files(self) -> tuple[SourceFile, ...]:
        return tuple(loose_files(self.code, self.apps))

    @cached_property
    def _sources(self) -> dict[str, Source]:
        files = (*self._loose_files, *self._shared, *source_files(self.apps))
        return {file.path: Source(file, self._imported) for file in files}

    @cached_property
    def _shared(self) -> tuple[SourceFile, ...]:
        """The sources of packages of this repository that pages may import."""
        roots = [root for root in self._packages.values() if root not in {app.root for app in self.apps}]
        return tuple(
            file
            for root in roots
            if root
            for file in self.code.under(root)
            if is_source(file.path.removeprefix(f"{root}/"))
        )

    @cached_property
    def _packages(self) -> dict[str, str]:
        """Folders of the packages of this repository, by name."""
        return {
            str(package["name"]): root
            for root, package in reversed(packages_of(self.code).items())
            if isinstance(package.get("name"), str)
        }

    @cached_property
    def _graphs(self) -> tuple[Graph, ...]:
        return tuple(Graph(self.code, app, self._sources, self._packages) for app in self.apps)

    def _imported(self, source: Source, one: Import) -> Source | None:
        folder = PurePosixPath(source.file.path).parent.as_posix()
        for graph in self._graphs:
            if graph.app is self.app_of(source.file):
                path = next(graph.resolve(one.specifier, folder), None)
                return self._sources.get(path) if path else None
        return None

    def app_of(self, file: SourceFile) -> WebApp | None:
        """Return the app a file belongs to: the one of the nearest package.json, else the first that imports it."""
        inside = [app for app in self.apps if not app.root or file.path.startswith(f"{app.root}/")]
        if inside:
            return max(inside, key=lambda app: len(app.root))
        return next((graph.app for graph in self._graphs if file.path in graph.edges), None)

    def source(self, file: SourceFile) -> Source | None:
        """Return a file parsed; None for what is no script of a front end, or took too long."""
        return None if file.path in self._time.over else self._sources.get(file.path)

    def sources(self, app: WebApp | None = None, *, live: bool = True) -> Iterator[Source]:
        """Yield the sources that apps (one, or all) build their pages from; with `live=False` the unused ones too."""
        seen: set[str] = set()
        for graph in self._graphs:
            if app is not None and graph.app is not app:
                continue
            paths = list(graph.live) if live else [*graph.live, *(file.path for file in graph.app.sources)]
            for path in sorted(set(paths) - seen - self._time.over):
                seen.add(path)
                yield self._sources[path]

    def is_live(self, file: SourceFile) -> bool:
        """Say whether an app's pages import a file, directly or not."""
        return any(file.path in graph.edges for graph in self._graphs)

    def sides(self, file: SourceFile) -> frozenset[Side]:
        """Return where a live file runs: on the server, in the browser, or both."""
        return frozenset(side for graph in self._graphs for side in graph.sides.get(file.path, ()))

    @cached_property
    def reads(self) -> tuple[WebRead, ...]:
        """Reads of the environment in bundled sources and configuration."""
        found: list[WebRead] = []
        for app in self.apps:
            sources = {source.file.path: source for source in self.sources(app)}
            for config in app.configs:
                if (source := self.source(config)) is not None:
                    sources.setdefault(config.path, source)
            for source in sources.values():
                found += reads_in(source, app)
                source.forget()
        return tuple(found)

    def literals(self, file: SourceFile) -> Iterator[Text]:
        """Yield the strings of a source, comments left out."""
        source = self.source(file)
        yield from source.texts if source else ()
