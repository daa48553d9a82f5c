"""FE010: pages read a name that no build puts into them."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.web.code import WebApp, WebRead
from modelyard.deploy.code.web.configuration import setting
from modelyard.deploy.code.web.syntax import members, text_of
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.front_ends import platforms_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PREFIXES = {"vite": "VITE_", "cra": "REACT_APP_", "next": "NEXT_PUBLIC_"}
INJECTING = re.compile(
    r"vite-plugin-(?:environment|env-compatible|process-env)|docusaurus-plugin-dotenv|DefinePlugin|dotenv"
)
CRA_GIVES = ("PUBLIC_URL",)


class FE010(Rule):
    """Pages read a name that no build puts into them.

    **What it does.** Looks, in what runs in the browser, for `process.env.X` in Vite and Docusaurus, for names without
    the prefix that the bundler asks for (`VITE_`, `REACT_APP_`), and for names without `NEXT_PUBLIC_` in files that
    begin with `use client`.

    **Why it matters.** There is no environment in a browser. Vite and Docusaurus leave `process.env.X` as it stands
    and the page stops with "process is not defined"; other bundlers put `undefined` in its place, so the default is
    always taken, whatever is set on the platform.

    **How to fix.** Use the bundler's own way: `import.meta.env.VITE_X`, `REACT_APP_X`, `NEXT_PUBLIC_X`, or
    `customFields` of the Docusaurus configuration.

    **Limits.** Names that `define` or a plugin injects are right and left out.
    """

    kind: Literal["FE010"] = "FE010"
    title: ClassVar[str] = "Environment read in the browser"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per name and app."""
        for app in project.web.apps:
            injected = _injected(project, app)
            if injected is None:
                continue
            found: dict[str, list[WebRead]] = {}
            for read in project.web.reads:
                if read.app is app and read.name not in injected and _is_empty(project, app, read):
                    found.setdefault(read.name, []).append(read)
            for name, reads in found.items():
                yield self._says(project, app, name, reads)

    def _says(self, project: Project, app: WebApp, name: str, reads: list[WebRead]) -> Said:
        breaks = app.framework in ("vite", "docusaurus") and reads[0].where == "process"
        what = "the page stops there" if breaks and not _is_asked_for(reads[0]) else "it is never set"
        right = _right(app, name)
        return self.finding(
            [read.span for read in reads],
            f"{name} is read in the browser, where no build puts it: {what}.",
            confidence=0.9,
            platforms=platforms_of(project, app),
            fix=Fix(
                kind="suggested" if app.framework != "docusaurus" else "none",
                text=f"Read {right} instead, and set it where the front end is built.",
                edits=tuple(_edit(read, right) for read in reads) if app.framework != "docusaurus" else (),
                by_person=(f"Set {right.rpartition('.')[2]} for the build.",),
            ),
        )


def _is_empty(project: Project, app: WebApp, read: WebRead) -> bool:
    """Say whether the bundler leaves a read without a value in the browser."""
    if read.source is None or read.where == "custom" or read.source.file in app.configs:
        return False
    if app.framework == "vite":
        return read.where == "process" or not read.name.startswith(_env_prefixes(project, app))
    if app.framework == "docusaurus":
        return read.where == "process" and "client" in project.web.sides(read.source.file)
    if app.framework == "cra":
        return read.where == "process" and not read.name.startswith("REACT_APP_") and read.name not in CRA_GIVES
    sides = project.web.sides(read.source.file)
    is_client = "use client" in read.source.directives or ("client" in sides and "server" not in sides)
    return app.framework == "next" and is_client and not read.name.startswith("NEXT_PUBLIC_")


def _env_prefixes(project: Project, app: WebApp) -> tuple[str, ...]:
    config = project.web.source(app.config) if app.config else None
    node = setting(config, "envPrefix") if config else None
    if config is None or node is None:
        return ("VITE_",)
    texts = [config.fold(node), *(config.fold(one) for one in config.nodes("string", below=node))]
    return tuple(text for text in texts if text) or ("VITE_",)


def _injected(project: Project, app: WebApp) -> set[str] | None:
    """Return the names that the configuration puts into pages; None when it does so with all of them."""
    config = project.web.source(app.config) if app.config else None
    if config is None:
        return set()
    if INJECTING.search(config.file.text) and app.framework in ("vite", "docusaurus", "cra"):
        return None
    found: set[str] = set()
    for key, value in members(setting(config, "define")):
        if key in ("process.env", "process", "global.process"):
            return None if text_of(value).strip() != "{}" else found
        found.add(key.removeprefix("process.env.").removeprefix("import.meta.env."))
    if app.framework == "next":
        found |= {key for key, _ in members(setting(config, "env"))}
    return found


def _is_asked_for(read: WebRead) -> bool:
    """Say whether the code asks first whether there is a `process`."""
    return read.source is not None and "typeof process" in read.source.file.text


def _right(app: WebApp, name: str) -> str:
    prefix = PREFIXES.get(app.framework, "")
    bare = name
    for other in PREFIXES.values():
        bare = bare.removeprefix(other)
    if app.framework == "vite":
        return f"import.meta.env.VITE_{bare}"
    return f"process.env.{prefix}{bare}" if prefix else f"siteConfig.customFields ({name})"


def _edit(read: WebRead, right: str) -> Edit:
    text = read.source.file.text if read.source else ""
    start = text.find(f"{'process' if read.where == 'process' else 'import.meta'}.env", read.start)
    end = text.find(read.name, start) + len(read.name)
    tail = "]" if text[end : end + 2] in ("']", '"]') else ""
    return Edit(file=read.span.file, start=start, end=end + (2 if tail else 0), text=right)
