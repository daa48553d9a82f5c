"""FE011: what a front end installs is not pinned by one lock file."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.web.code import WebApp
from modelyard.deploy.finding import Finding, Fix, Severity
from modelyard.deploy.project.front_ends import deployables_of, platforms_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

LOCKS = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "yarn.lock": "yarn",
    "pnpm-lock.yaml": "pnpm",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}
CLEAN_INSTALL = re.compile(r"^(?!\s*#).*\bnpm\s+(?:ci|clean-install)\b", re.MULTILINE)


class FE011(Rule):
    """A front end has no lock file, or lock files of several tools.

    **What it does.** Looks beside each front end's `package.json`, and in the folders above it for workspaces, for a
    lock file that git keeps.

    **Why it matters.** Without one each build installs whatever is newest, so today's build is not yesterday's. With
    several, the platform picks one and people use another. `npm ci` refuses to run without `package-lock.json`.

    **How to fix.** Run the install command of the tool you use and commit its lock file; delete those of others.

    **Limits.** Whether the lock file still fits `package.json` is not looked at.
    """

    kind: Literal["FE011"] = "FE011"
    title: ClassVar[str] = "Lock file missing, or several"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "file-text"
    severity: ClassVar[Severity] = "warning"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield at most one finding per front end."""
        for app in project.web.apps:
            if not app.package:
                continue
            locks = _locks(project.code, app.root)
            if not locks:
                yield self._missing(project, app)
            elif len({LOCKS[file.name] for file in locks}) > 1:
                names = " and ".join(file.name for file in locks)
                yield self.finding(
                    [file.span() for file in locks],
                    f"{names} lie side by side: platform and people may install different versions.",
                    platforms=platforms_of(project, app),
                    fix=Fix(text="Keep the lock file of the tool you use and delete the others."),
                )
            else:
                yield self.passed(locks[0].span(), f"{locks[0].name} pins what {app.root or 'the front end'} installs.")

    def _missing(self, project: Project, app: WebApp) -> Finding:
        for one in deployables_of(project, app):
            file = one.dockerfile.file if one.dockerfile else None
            if file is not None and (found := CLEAN_INSTALL.search(file.text)):
                return self.finding(
                    [file.span(file.line_at(found.start())), app.manifest],
                    "npm ci stops the build: there is no package-lock.json.",
                    severity="error",
                    platforms=(one.platform,),
                    fix=Fix(text="Run npm install and commit package-lock.json."),
                )
        return self.finding(
            app.manifest,
            "There is no lock file: each build installs whatever is newest.",
            platforms=platforms_of(project, app),
            fix=Fix(text="Run the install command of your tool and commit the lock file it writes."),
        )


def _locks(code: CodeBase, root: str) -> list[SourceFile]:
    """Return the lock files of the nearest folder, from the app upwards, that has any."""
    folder = root
    while True:
        files = [code.get(f"{folder}/{name}" if folder else name) for name in LOCKS]
        found = [file for file in files if file is not None and file.is_tracked]
        if found or not folder:
            return found
        folder = folder.rpartition("/")[0]
