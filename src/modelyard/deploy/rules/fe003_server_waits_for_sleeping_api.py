"""FE003: a function on Vercel waits for an API that sleeps."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.web.code import Source, WebCall
from modelyard.deploy.code.web.handlers import has_limit, server_requests
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.front_ends import is_served_by_functions, sleeping_platforms, sources_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

HOSTS = {"hf": "Space", "render": "Render service"}


class FE003(Rule):
    """The server side of a front end waits for an API that sleeps.

    **What it does.** Looks for requests without a limit of their own in what Vercel runs: server components, route
    handlers, server actions, `getServerSideProps`. A front end that asks only from the browser passes, with the
    number of its pages.

    **Why it matters.** A Space or a free Render service takes up to a minute or more to wake. The function waits for
    it, is billed for it, and the visitor sees nothing at all; a page that asks from the browser can show that the
    API is waking.

    **How to fix.** Ask from the browser. Where the server must ask, give the request a limit, retry, and raise
    `maxDuration`.

    **Limits.** Requests through a helper of another file are seen in that file, where its importers run it on the
    server.
    """

    kind: Literal["FE003"] = "FE003"
    title: ClassVar[str] = "Server waits for a sleeping API"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("vercel",)
    facts: ClassVar[tuple[str, ...]] = ("hf_wake_seconds", "render_wake_seconds", "vercel_function_seconds")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per front end, with every request."""
        asleep = sleeping_platforms(project)
        for app in project.web.apps if asleep else ():
            if app.framework != "next" or not is_served_by_functions(project, app):
                continue
            sources = list(sources_of(project, app))
            calls = [call for source in sources for call in self._of(project, source)]
            if not calls:
                pages = [source for source in sources if source.file.name.startswith("page.")]
                yield self.passed(app.manifest, f"All requests come from the browser ({len(pages)} pages looked at).")
                continue
            seconds = max(int(fact(f"{platform}_wake_seconds").value) for platform in asleep)
            yield self.finding(
                [call.span for call in calls],
                f"The server asks the API, a {HOSTS[asleep[0]]} that takes up to {seconds} s to wake, without a limit.",
                confidence=0.8,
                fix=Fix(text="Ask from the browser, or give the request a limit and retry, and raise maxDuration."),
            )

    def _of(self, project: Project, source: Source) -> Iterator[WebCall]:
        sides = project.web.sides(source.file)
        if "server" not in sides:
            return
        for call in server_requests(source, is_of_both="client" in sides):
            address = source.fold(call.argument(0)) or ""
            if not has_limit(call) and not address.startswith("/") and _may_be_ours(address):
                yield call


def _may_be_ours(address: str) -> bool:
    """Say whether an address may be the API's: unknown, or on a host that sleeps; not another service's."""
    if not address.startswith(("http://", "https://")) or address.startswith(("https://${}", "http://${}")):
        return True
    return ".hf.space" in address or ".onrender.com" in address
