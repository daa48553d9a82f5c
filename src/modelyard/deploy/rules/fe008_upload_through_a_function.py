"""FE008: uploads pass through a function on Vercel."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.web.handlers import is_route_handler, takes_uploads
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.front_ends import is_served_by_functions, sources_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class FE008(Rule):
    """Uploads pass through a function on Vercel.

    **What it does.** Looks for route handlers of Next that read a body of several parts (`request.formData()`,
    formidable, multer, a body parser switched off).

    **Why it matters.** Vercel limits what a function may receive, and refuses larger files with 413 before the code
    sees them: small files work in every test, and the first real one fails.

    **How to fix.** Send the file from the browser to the API itself, or to storage by a signed address.

    **Limits.** How large the files are is not known: a form without files is reported too.
    """

    kind: Literal["FE008"] = "FE008"
    title: ClassVar[str] = "Upload through a function"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("vercel",)
    facts: ClassVar[tuple[str, ...]] = ("vercel_body_mb",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per route handler."""
        limit = fact("vercel_body_mb")
        for app in project.web.apps:
            if app.framework != "next" or not is_served_by_functions(project, app):
                continue
            for source in sources_of(project, app):
                if is_route_handler(source) and takes_uploads(source):
                    handler = source.exports.get("POST") or source.exports.get("PUT") or source.exports.get("default")
                    yield self.finding(
                        source.span(handler) if handler is not None else source.file.span(),
                        f"Uploads pass through a function: only {limit.value} MB are safe there (as of {limit.read}).",
                        confidence=0.8,
                        fix=Fix(
                            text="Send files from the browser to the API itself, or to storage by a signed address."
                        ),
                    )
