"""CO001: the API lets in no origin but a developer's."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.origin_patterns import is_local_only
from modelyard.deploy.code.suffixes import is_local
from modelyard.deploy.code.web.code import WebRead
from modelyard.deploy.code.web.syntax import text_of
from modelyard.deploy.code.web.uses import is_asked, use_of
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.front_ends import sources_of
from modelyard.deploy.project.headers_by_hand import OF_PLATFORMS, refused_hosts
from modelyard.deploy.project.origins import Policy, platforms_of, policies_of, vercel_project
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

APPLICATIONS = ("fastapi.FastAPI", "flask.Flask", "starlette.applications.Starlette")
OF_API = re.compile(r"^(?:NEXT_PUBLIC|VITE|REACT_APP)_\w*(?:API|BACKEND)\w*(?:URL|BASE|HOST|ENDPOINT|BACKEND|API)$")
HEADER = "access-control-allow-origin"


class CO001(Rule):
    """The front end's origin is not let in.

    **What it does.** Looks, where the front end goes to Vercel and the API to a Space or Render, at the origins that
    the API's CORS settings let in: the ones in the code, and those that manifests set by name. And at the hosts of a
    `TrustedHostMiddleware`: one that leaves out the platform's own host refuses every request.

    **Why it matters.** The two are different origins. A browser asks the API first whether the page may call it; when
    the answer names only `http://localhost:3000`, each call fails, while curl and the API's own `/docs` work.

    **How to fix.** Add the address of the front end: from a name such as `FRONTEND_URL` that is set where the API
    runs, and the addresses of previews by an anchored `allow_origin_regex`.

    **Limits.** Origins that the environment gives are taken to be set, but where `render.yaml` lists the names and
    leaves this one out. One container that serves pages and API has one origin and is left alone.
    """

    kind: Literal["CO001"] = "CO001"
    title: ClassVar[str] = "Production origin not allowed"
    group: ClassVar[str] = "Origins"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "error"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per policy that shuts the front end out, or one where there is no policy at all."""
        yield from self._hosts(project)
        pages = _pages(project)
        if pages is None:
            return
        policies = policies_of(project)
        for policy in policies:
            yield from self._of(project, policy, pages)
        if not policies:
            yield from self._none(project, pages)

    def _of(self, project: Project, policy: Policy, pages: Deployable) -> Iterator[Said]:
        public = [one for one in policy.origins if one.text == "*" or not (is_local(one.text) or "*" in one.text)]
        lets_more = policy.has_pattern and not all(is_local_only(one.text) for one in policy.patterns)
        if public or lets_more or (policy.has_pattern and not policy.patterns) or not policy.is_whole:
            if public and public[0].text != "*":
                yield self.passed(public[0].span, f"{public[0].text} is let in.")
            return
        missing = _left_out(project, policy)
        if policy.names and not missing:
            yield self.passed(policy.call.span, f"Origins come from {policy.names[0]}: set it where the API runs.")
            return
        named = vercel_project(project)
        origin = f"https://{named[0]}.vercel.app" if named else "the front end's address"
        spans = [one.span for one in policy.origins] or [policy.call.span]
        names = f", and {missing} does not set {policy.names[0]}" if missing else ""
        is_sure = pages.is_declared or (_runs_elsewhere(project, policy) and _asks_elsewhere(project, pages))
        yield self.finding(
            list(dict.fromkeys([*spans, *([named[1]] if named else [])])),
            f"Only {', '.join(one.text for one in policy.origins) or 'no origin'} may call the API{names}: "
            f"{origin} is refused.",
            confidence=0.9 if pages.is_declared else 0.8 if is_sure else 0.7,
            severity=None if is_sure else "warning",
            chain=policy.chain,
            platforms=(*platforms_of(project, policy), "vercel"),
            fix=Fix(
                text=f"Let {origin} in, from a name of the environment such as FRONTEND_URL.",
                by_person=(f"Set the front end's origin ({origin}) where the API runs.",),
            ),
        )

    def _hosts(self, project: Project) -> Iterator[Said]:
        """Say where requests by the platform's own name of the service are refused."""
        for call, platform, hosts in refused_hosts(project):
            own = f"*.{OF_PLATFORMS[platform]}"
            yield self.finding(
                call.span,
                f"Only requests for {', '.join(hosts)} are answered: the service's own host, {own}, gets status 400.",
                confidence=0.9,
                chain=project.python.chain(call.module, call.node),
                platforms=(platform,),
                fix=Fix(text=f"Add {own} to allowed_hosts, or leave the middleware out: the platform checks the host."),
            )

    def _none(self, project: Project, pages: Deployable) -> Iterator[Said]:
        """Say that an API without CORS settings is asked from another origin."""
        if not pages.is_declared or not _asks_elsewhere(project, pages):
            return
        if any(HEADER in module.file.text.lower() for module in project.python.reached):
            return
        for call in project.python.calls(*APPLICATIONS):
            yield self.finding(
                call.span,
                "The API has no CORS settings, and the front end on Vercel is another origin: its calls are refused.",
                confidence=0.8,
                chain=project.python.chain(call.module, call.node),
                platforms=("vercel",),
                fix=Fix(text="Add CORSMiddleware with the front end's origin from the environment."),
            )
            return


def _pages(project: Project) -> Deployable | None:
    """Return the front end on Vercel whose API runs elsewhere."""
    apis = [one for one in project.on("hf", "render") if one.shape not in ("static", "node") and one.entry is not None]
    pages = [one for one in project.on("vercel") if one.shape != "functions"]
    return pages[0] if apis and pages else None


def _runs_elsewhere(project: Project, policy: Policy) -> bool:
    """Say whether the code base says where the API itself goes."""
    path = policy.call.module.file.path
    return any(one.is_declared for one in project.running(path) if one.platform in ("hf", "render"))


def _left_out(project: Project, policy: Policy) -> str:
    """Return the manifest of the API that sets names, but none of those that give the origins; else `""`."""
    path = policy.call.module.file.path
    for one in project.on("render"):
        runs_it = one.entry is not None and one.entry.module and path in project.python.beneath(one.entry.module)
        if not (runs_it and one.is_declared and one.manifest and one.environment and policy.names):
            continue
        if not {name.upper() for name, _ in one.environment} & {name.upper() for name in policy.names}:
            return one.manifest.file
    return ""


def _asks_elsewhere(project: Project, pages: Deployable) -> bool:
    """Say whether the pages themselves ask an address of another origin, without a rewrite of their own host."""
    for app in project.web.apps:
        if app.root != pages.root or any("rewrites" in file.text or '"routes"' in file.text for file in app.configs):
            continue
        if any(_asks_by_name(project, read) for read in project.web.reads if read.app is app):
            return True
        for source in sources_of(project, app):
            if "client" not in project.web.sides(source.file):
                continue
            for node in source.nodes("string", "template_string"):
                if "https://" in text_of(node) and _is_api(source.fold(node) or "") and is_asked(use_of(node)):
                    return True
    return False


def _asks_by_name(project: Project, read: WebRead) -> bool:
    """Say whether the browser reads the API's address from a public name (`NEXT_PUBLIC_API_URL`)."""
    if not OF_API.match(read.name) or read.source is None:
        return False
    return "client" in project.web.sides(read.source.file)


def _is_api(text: str) -> bool:
    return text.startswith("https://") and (".hf.space" in text or ".onrender.com" in text)
