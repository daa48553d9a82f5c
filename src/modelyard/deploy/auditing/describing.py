"""What was audited, as a report tells it: what would be deployed, and what could not be read."""

from collections.abc import Iterator

from modelyard.deploy.code.masking import masked
from modelyard.deploy.code.web.apps import server_of
from modelyard.deploy.finding import Deployed, Platform, Skipped
from modelyard.deploy.project.deployable import Command, Deployable
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.server_secrets import platforms_of_server

MIGRATIONS = ("alembic", "manage.py", "prisma", "flask")
MAX_UNREAD = 20


def described(project: Project) -> Iterator[Deployed]:
    """Yield what would really be deployed."""
    for one in project.deployables:
        command, entry = one.command, one.entry
        yield Deployed(
            platform=one.platform,
            name=masked(one.name),
            shape=one.shape,
            root=one.root,
            is_declared=one.is_declared,
            manifest=one.manifest.place if one.manifest else "",
            command=masked(" ".join(command.words)) if command else "",
            chain=command.chain if command else (),
            module=(entry.module or "") if entry else "",
            port=entry.port if entry else None,
            port_from=(entry.port_from or "") if entry else "",
            runs_migrations=_runs_migrations(one, command),
        )


def unread(project: Project) -> Iterator[Skipped]:
    """Yield what could not be read, in sentences."""
    for note in project.code.notes[:MAX_UNREAD]:
        yield Skipped(rule="files", why=note)
    if (more := len(project.code.notes) - MAX_UNREAD) > 0:
        yield Skipped(rule="files", why=f"{more} more links or folders")
    for span in project.python.unparsed:
        yield Skipped(rule="files", why=f"{span.place} does not parse as Python 3: {span.text or 'no text'}")


def unjudged(project: Project) -> Iterator[tuple[str, tuple[Platform, ...]]]:
    """Yield the back ends that few rules look at, in words, with the platforms they go to."""
    for app in project.web.servers:
        said = f"{server_of(app.package)} back end in {app.root or 'the top folder'}"
        yield said, platforms_of_server(project, app)


def _runs_migrations(one: Deployable, command: Command | None) -> bool:
    before = list(command.before) if command else []
    stated = str((one.settings or {}).get("preDeployCommand", "")).split()
    return any(words and words[0].split("/")[-1] in MIGRATIONS for words in [*before, stated])
