"""DB011: `postgresql://` means another driver from SQLAlchemy 2.1 on."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from modelyard.deploy.code.changes import inserted, present, replaced
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.databases import Use, probed, probed_as_asked, together
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.requirements import Requirement, Requirements
from modelyard.deploy.rule import Rule, Said

PROBE = "postgresql://user:password@host/name"
UNCAPPED = ("3.0.5", "3.1.1", "3.2.0")
"""Versions of Flask-SQLAlchemy that take any SQLAlchemy 2."""
OLD_DRIVERS = ("psycopg2", "psycopg2-binary")
LINE = re.compile(r"sqlalchemy(?:\[[^\]]*\])?\s*(?:[<>=!~][^;#\"']*)?", re.IGNORECASE)


class DB011(Rule):
    """`postgresql://` without a driver, psycopg2, and a SQLAlchemy that may be 2.1.

    **What it does.** Where the requirements ask for psycopg2 and not for psycopg 3, and allow SQLAlchemy 2.1, follows
    the address through the code and looks whether it still begins with `postgresql://` at the engine.

    **Why it matters.** From 2.1 on that beginning means psycopg 3. A build of today takes the new version, and the
    program stops at start: `ModuleNotFoundError: No module named 'psycopg'`.

    **How to fix.** Name the driver (`postgresql+psycopg2://`), or install `psycopg[binary]`, or pin SQLAlchemy below
    2.1 for now.

    **Limits.** Lock files and caps of other packages (SQLModel) are respected; caps of packages that only they ask for
    are not known.
    """

    kind: Literal["DB011"] = "DB011"
    title: ClassVar[str] = "Bare postgresql:// with psycopg2"
    group: ClassVar[str] = "Databases"
    icon: ClassVar[str] = "database"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "safe"
    facts: ClassVar[tuple[str, ...]] = ("sqlalchemy_psycopg3_since",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each engine that would look for a driver that is not installed."""
        engines = [use for use in project.databases if use.connection.kind == "engine" and use.deployable]
        for use, platforms in together(engines):
            asked = _open_one(use, project)
            if asked is None:
                continue
            urls = [*use.urls, *probed(project, use, PROBE), *probed_as_asked(project, use, PROBE)]
            if not any(url.text.startswith("postgresql://") for url in urls):
                continue
            edits = present(_pinned(project, asked))
            yield self.finding(
                [use.connection.span, asked.span],
                "The address begins with postgresql://, which SQLAlchemy 2.1 opens with psycopg 3, not psycopg2.",
                confidence=0.9,
                chain=project.python.chain(use.connection.module, use.connection.node),
                platforms=platforms,
                fix=Fix(
                    kind="safe" if edits else "none",
                    text="Name the driver (postgresql+psycopg2://), or pin SQLAlchemy below 2.1.",
                    edits=edits,
                ),
            )


def _open_one(use: Use, project: Project) -> Requirement | None:
    """Return the requirement that lets SQLAlchemy 2.1 in beside psycopg2; None when nothing does."""
    if use.deployable is None:
        return None
    requirements = project.requirements(use.deployable)
    has_old = any(requirements.has(name) for name in OLD_DRIVERS)
    if not has_old or requirements.has("psycopg") or requirements.has("sqlmodel"):
        return None
    stated = [one for one in requirements.asked if one.name == "sqlalchemy"]
    brought = [one for one in requirements.asked if one.name == "flask-sqlalchemy"] if not stated else []
    return next((one for one in (*stated, *brought) if _is_open(one, requirements)), None)


def _is_open(one: Requirement, requirements: Requirements) -> bool:
    since = fact("sqlalchemy_psycopg3_since").value
    locked = requirements.locked.get("sqlalchemy")
    try:
        if locked is not None:
            return Version(locked) >= Version(since)
        wanted = SpecifierSet(one.specifier)
        if one.name == "flask-sqlalchemy":
            return any(version in wanted for version in UNCAPPED)
    except (InvalidSpecifier, ValueError):
        return False
    return any(version in wanted for version in (f"{since}.0", f"{since}.9"))


def _pinned(project: Project, one: Requirement) -> Edit | None:
    """Return the edit that keeps a line of a requirements file below the version."""
    file = project.code.get(one.span.file)
    if file is None or not file.path.endswith((".txt", ".in")):
        return None
    if one.name != "sqlalchemy":
        return inserted(file, one.span.line + 1, f"sqlalchemy<{fact('sqlalchemy_psycopg3_since').value}")
    found = LINE.search(file.lines[one.span.line - 1])
    if found is None:
        return None
    old = found[0].rstrip()
    since = fact("sqlalchemy_psycopg3_since").value
    return replaced(file, one.span.line, old, f"{old}{',' if one.specifier else ''}<{since}")
