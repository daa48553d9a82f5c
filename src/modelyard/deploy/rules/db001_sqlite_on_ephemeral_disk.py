"""DB001: SQLite on a disk that does not last."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Folded
from modelyard.deploy.code.python.databases import is_only_read
from modelyard.deploy.finding import Finding, Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.databases import Use, failing_fast
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PLACES: dict[Platform, str] = {"hf": "a Space", "render": "a free service on Render", "vercel": "a Vercel function"}


class DB001(Rule):
    """SQLite lies on a disk that does not last.

    **What it does.** Follows every address that live code gives to SQLAlchemy, `sqlite3`, `aiosqlite`, peewee and
    Flask-SQLAlchemy through constants, settings and defaults of the environment, and reports those that are a SQLite
    file when the environment holds only what the project itself sets.

    **Why it matters.** The disk of a Space or of a free service is part of its container: it is thrown away at every
    restart, wake-up and deployment. Whatever users stored is gone, without an error anywhere.

    **How to fix.** Keep the data in PostgreSQL (Neon and Supabase have free ones) and set its address as a secret. Let
    the program refuse to start on a platform when the address is missing, so that the fallback stays at home.

    **Limits.** A file under a mounted disk or bucket lasts: disks of `render.yaml` are known, buckets of a Space are
    not. A database that is only read, and one in memory, are left out.
    """

    kind: Literal["DB001"] = "DB001"
    title: ClassVar[str] = "SQLite on an ephemeral disk"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "critical"
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("ephemeral_disks",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each SQLite file, with every place that leads to it."""
        found: dict[str, list[tuple[Use, Folded]]] = {}
        for use in [use for use in project.databases if not use.is_when_set]:
            for path, url in use.sqlite_files():
                if use.is_refused(project):
                    yield self.passed(use.connection.span, f"the program does not start without {use.names[0]}")
                elif _lasts(path, use):
                    yield self.passed(use.connection.span, f"{path} lies on a mounted disk")
                elif not (_is_shipped(path, project) and is_only_read(str(url.value), project.python)):
                    found.setdefault(path, []).append((use, url))
        for path, uses in found.items():
            yield self._of(path, uses, project)
        yield from self._servers(project)

    def _of(self, path: str, uses: list[tuple[Use, Folded]], project: Project) -> Finding:
        use = uses[0][0]
        connection = use.connection
        platforms = tuple(dict.fromkeys(one.platform for one, _ in uses))
        name = next(iter(use.names), None)
        where = " and ".join(PLACES[platform] for platform in platforms)
        when = f" when {name} is not set" if name else ""
        edits = failing_fast(connection.module, connection.node, name, platforms) if name else ()
        mounted = path.startswith("/data/") and platforms == ("hf",)
        return self.finding(
            _spans(uses),
            f"Data goes to {_told(path)}{when}; the disk of {where} is wiped at every restart.",
            severity="warning" if mounted else None,
            confidence=0.6 if mounted else 0.95 if len(use.urls) == 1 else 0.8,
            chain=project.python.chain(connection.module, connection.node),
            platforms=platforms,
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Keep the data in PostgreSQL and set its address as a secret; stop at start when it is missing.",
                edits=edits,
                by_person=(f"Create a PostgreSQL database and set {name or 'DATABASE_URL'} as a secret.",),
            ),
        )

    def _servers(self, project: Project) -> Iterator[Said]:
        """Yield a pass for each connection that leads to a database server."""
        files = {use.connection for use in project.databases if any(url.text.startswith("sqlite") for url in use.urls)}
        for connection in dict.fromkeys(use.connection for use in project.databases):
            if connection not in files and connection.kind != "sqlite":
                yield self.passed(connection.span, "the address is that of a database server")


def _told(path: str) -> str:
    return f"the SQLite file {path}" if path.strip("{}/") else "a SQLite file"


def _spans(uses: list[tuple[Use, Folded]]) -> list[Span]:
    """Return where the file is named, then where it is opened."""
    named = [place for _, url in uses for place in url.places if _names_file(place)]
    opened = [use.connection.span for use, _ in uses]
    return list(dict.fromkeys([*named, *opened]))


def _names_file(place: Span) -> bool:
    return any(word in place.text for word in ("sqlite", ".db", ".sql", "database", "data"))


def _lasts(path: str, use: Use) -> bool:
    """Say whether a file lies on a disk that the blueprint mounts."""
    mount = use.deployable.mounted if use.deployable else None
    return mount is not None and path.startswith(f"{mount}/")


def _is_shipped(path: str, project: Project) -> bool:
    """Say whether the file comes with the code."""
    name = path.rpartition("/")[2]
    return any(file.is_tracked for file in project.code.named(name))
