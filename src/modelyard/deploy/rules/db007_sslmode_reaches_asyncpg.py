"""DB007: `sslmode` reaches asyncpg."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Folded
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity, Span
from modelyard.deploy.project.databases import Use, given_by_render, probed, probed_as_asked, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PROBES = (
    "postgresql://user:password@host/name?sslmode=require&channel_binding=require",
    "postgres://user:password@host/name?sslmode=require&channel_binding=require",
    "postgresql+asyncpg://user:password@ep-one.neon.tech/name",
)
DRIVER_SET = re.compile(r"drivername\s*=\s*[\"']postgresql\+asyncpg[\"']")
OF_QUERY = re.compile(r"query|sslmode|ssl_?context|translate_connect_args", re.IGNORECASE)
WORDS = ("sslmode=", "channel_binding=")


class DB007(Rule):
    """`sslmode` or `channel_binding` reach asyncpg through SQLAlchemy.

    **What it does.** Sets the name that holds the address to what Neon hands out
    (`postgresql://…?sslmode=require&channel_binding=require`), follows it through the code, and looks whether those
    words are still in an address for `postgresql+asyncpg`. Addresses in examples and manifests are read too.

    **Why it matters.** SQLAlchemy passes the query on as arguments, and asyncpg knows neither:
    `TypeError: connect() got an unexpected keyword argument 'sslmode'`, at the first connection.

    **How to fix.** Map them: `url.replace("sslmode=", "ssl=")` and drop `channel_binding`, or cut the query and pass
    `connect_args={"ssl": "require"}`.

    **Limits.** Of addresses made with URL objects only the driver is looked at; that something in the same file speaks
    of the query is trusted.
    """

    kind: Literal["DB007"] = "DB007"
    title: ClassVar[str] = "sslmode reaches asyncpg"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each async engine that would pass these words on."""
        for use, platforms in together([use for use in project.databases if use.connection.kind == "async engine"]):
            if use.connection.name == "databases.Database":
                continue
            probes = [url for probe in PROBES for url in _probed(project, use, probe)]
            reaching = [url for url in [*use.urls, *probes] if _is_reached(url)]
            examples = _examples(use, project)
            if reaching or examples or _is_made_by_object(use):
                edits = () if not reaching or examples else _edits(use)
                yield self.finding(
                    [use.connection.span, *examples],
                    "sslmode and channel_binding stay in the address, and asyncpg refuses both.",
                    confidence=0.9,
                    chain=project.python.chain(use.connection.module, use.connection.node),
                    platforms=platforms,
                    fix=Fix(
                        kind="suggested" if edits else "none",
                        text="Turn sslmode into ssl and drop channel_binding before the engine is made.",
                        edits=edits,
                    ),
                )
            elif any(url.is_whole and "asyncpg" in url.text for url in probes):
                yield self.passed(use.connection.span, "sslmode does not reach asyncpg")


def _probed(project: Project, use: Use, probe: str) -> Iterator[Folded]:
    """Yield the addresses that one of these would become; those of Render's own databases carry no such words."""
    yield from probed(project, use, probe)
    if not any(given_by_render(project, use)):
        yield from probed_as_asked(project, use, probe)


def _is_made_by_object(use: Use) -> bool:
    """Say whether `make_url(…).set(drivername="postgresql+asyncpg")` takes the query along: nothing there names it."""
    module = use.connection.module
    if not use.names or "make_url" not in module.file.text or OF_QUERY.search(module.file.text):
        return False
    return DRIVER_SET.search(module.file.text) is not None


def _is_reached(url: Folded) -> bool:
    return url.text.startswith("postgresql+asyncpg:") and any(word in url.text for word in WORDS)


def _examples(use: Use, project: Project) -> list[Span]:
    """Return where an address for asyncpg with these words is written down for the name that is read."""
    return [
        one.span
        for one in project.names.sets
        if one.name in use.names
        and (one.value or "").startswith("postgresql+asyncpg:")
        and any(word in (one.value or "") for word in WORDS)
    ]


def _edits(use: Use) -> tuple[Edit, ...]:
    """Return the edit that maps the words where the address is given to the engine."""
    url, module = use.connection.url, use.connection.module
    if url is None or not module.source(url).replace(".", "").replace("_", "").isalnum():
        return ()
    _, end = module.extent(url)
    text = '.replace("sslmode=", "ssl=").replace("&channel_binding=require", "")'
    return (Edit(file=module.file.path, start=end, end=end, text=text),)
