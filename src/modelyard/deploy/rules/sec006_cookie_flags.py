"""SEC006: a cookie's flags do not fit where pages and API live."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.suffixes import is_same_site
from modelyard.deploy.code.web.code import Source
from modelyard.deploy.finding import Finding, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.cookies import UNKNOWN, Cookie, cookies_of, pages_send_cookies
from modelyard.deploy.project.front_ends import page_sources
from modelyard.deploy.project.origins import vercel_project
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.script_cookies import script_cookies
from modelyard.deploy.rule import Rule, Said

SESSION = re.compile(r"session|token|auth|jwt|sid\b|sid$|remember|login|refresh|user", re.IGNORECASE)
READ_BY_PAGES = re.compile(r"csrf|xsrf", re.IGNORECASE)
HOSTS = {"hf": "x.hf.space", "render": "x.onrender.com"}


class SEC006(Rule):
    """A cookie's flags do not fit where pages and API live.

    **What it does.** Compares the flags of each `set_cookie` in live code with the pair of hosts: by the Public
    Suffix List a page on `vercel.app` and an API on `hf.space` or `onrender.com` are two sites. Reports cookies of a
    session that a script of the page sets itself (`document.cookie`, js-cookie).

    **Why it matters.** Between two sites a browser sends a cookie only with `SameSite=None; Secure`; without them the
    sign-in seems to work and the next request is anonymous. A session cookie without `HttpOnly` can be read by every
    script, one without `Secure` travels over plain HTTP.

    **How to fix.** Best: one site, by serving the pages from the API or by a rewrite. Else `SameSite=None`,
    `Secure`, and a token against forged requests. `Partitioned` helps embedded pages; below Python 3.14 it must be
    written into the header by hand.

    **Limits.** Safari and Firefox hold back cookies of other sites whatever their flags. Flags that a setting decides
    are taken to be right.
    """

    kind: Literal["SEC006"] = "SEC006"
    title: ClassVar[str] = "Cookie flags do not fit"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per cookie."""
        is_cross_site = _is_cross_site(project)
        for cookie in cookies_of(project):
            if cookie.name and not SESSION.search(cookie.name):
                continue
            wanted = _wanted(cookie, is_cross_site=is_cross_site)
            if wanted:
                yield self._says(project, cookie, wanted, is_cross_site=is_cross_site)
            elif UNKNOWN not in cookie.same_site:
                yield self.passed(cookie.call.span, f"The flags of {cookie.name or 'the cookie'} fit.")
        for sources, platforms in page_sources(project):
            for source in sources:
                yield from self._of_scripts(source, platforms)

    def _of_scripts(self, source: Source, platforms: tuple[Platform, ...]) -> Iterator[Finding]:
        for cookie in script_cookies(source):
            if SESSION.search(cookie.name) and not READ_BY_PAGES.search(cookie.name):
                lacks = "" if cookie.is_secure else ", and it lacks Secure"
                yield self.finding(
                    cookie.span,
                    f"The cookie {cookie.name} is set by a script, so every script of the page can read it{lacks}.",
                    confidence=0.8,
                    platforms=platforms,
                    fix=Fix(text="Let the API set it, with HttpOnly and Secure, or keep a short token in memory."),
                )

    def _says(self, project: Project, cookie: Cookie, wanted: dict[str, str], *, is_cross_site: bool) -> Finding:
        names = ", ".join(FLAGS[name] for name in wanted)
        why = "pages and API are two sites" if "samesite" in wanted else "it is a session's"
        by_person = ("Ask for a token against forged requests: the cookie now comes from other sites too.",)
        return self.finding(
            cookie.call.span,
            f"The cookie {cookie.name or 'set here'} lacks {names}: {why}.",
            confidence=0.85 if cookie.name else 0.65,
            chain=project.python.chain(cookie.call.module, cookie.call.node),
            platforms=tuple(dict.fromkeys(one.platform for one in project.on("hf", "render"))) or ("hf", "render"),
            fix=Fix(
                kind="suggested",
                text="One site is best: serve the pages from the API, or rewrite to it. Else set these flags.",
                edits=cookie.with_flags(wanted),
                by_person=by_person if is_cross_site else (),
            ),
        )


FLAGS = {"samesite": "SameSite=None", "secure": "Secure", "httponly": "HttpOnly"}


def _wanted(cookie: Cookie, *, is_cross_site: bool) -> dict[str, str]:
    """Return the flags that a cookie lacks, as keyword arguments."""
    wanted: dict[str, str] = {}
    if is_cross_site and cookie.same_site not in ("none", UNKNOWN):
        wanted["samesite"] = '"none"'
    if cookie.secure is False:
        wanted["secure"] = "True"
    if cookie.http_only is False and not READ_BY_PAGES.search(cookie.name):
        wanted["httponly"] = "True"
    return wanted


def _is_cross_site(project: Project) -> bool:
    """Say whether pages that send cookies and the API that sets them are two sites."""
    pages = [one for one in project.on("vercel") if one.shape != "functions"]
    apis = [one for one in project.on("hf", "render") if one.entry is not None]
    if not pages or not apis or not pages_send_cookies(project):
        return False
    named = vercel_project(project)
    page = f"{named[0] if named else 'x'}.vercel.app"
    return not any(is_same_site(page, HOSTS[one.platform]) for one in apis if one.platform in HOSTS)
