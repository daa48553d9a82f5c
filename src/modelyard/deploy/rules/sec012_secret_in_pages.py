"""SEC012: a secret is baked into what visitors download."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.web.code import WebApp, WebRead
from modelyard.deploy.code.web.configuration import setting
from modelyard.deploy.code.web.syntax import dotted, members, text_of
from modelyard.deploy.finding import Finding, Fix, Severity, Span
from modelyard.deploy.project.front_ends import platforms_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PUBLIC = re.compile(r"^(?:NEXT_PUBLIC|VITE|REACT_APP|GATSBY|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|VUE_APP)_")
SECRET = re.compile(
    r"SECRET|PASSWORD|PASSWD|PRIVATE_?KEY|SERVICE_?ROLE|SERVICE_?KEY|DATABASE_URL|DB_URL|MONGO(?:DB)?_UR[IL]|CONNECTION_STRING"
    r"|(?:OPENAI|ANTHROPIC|CLAUDE|GROQ|COHERE|MISTRAL|GEMINI|GOOGLE_AI|GENERATIVE|TOGETHER|REPLICATE|DEEPSEEK|OPENROUTER"
    r"|PERPLEXITY|XAI|FIREWORKS|HF|HUGGING_?FACE|QDRANT|PINECONE|ELEVENLABS|TAVILY|SERPAPI|RESEND|SENDGRID|TWILIO"
    r"|GITHUB|STRIPE_SECRET|AWS|CLOUDINARY_API)[A-Z_]*(?:KEY|TOKEN)",
    re.IGNORECASE,
)
MAYBE = re.compile(r"(?:^|_)(?:API_KEY|ACCESS_TOKEN|AUTH_TOKEN|ADMIN_KEY|ADMIN_TOKEN|TOKEN)$", re.IGNORECASE)
MEANT_TO_BE_PUBLIC = re.compile(
    r"PUBLISHABLE|ANON|PUBLIC_KEY|SITE_?KEY|FIREBASE|MAPS|MAPBOX|POSTHOG|SENTRY|ANALYTICS|GA_|ALGOLIA|DOC_?SEARCH|SEARCH_KEY"
    r"|CLIENT_ID|APP_ID|PROJECT_ID|RECAPTCHA|TURNSTILE|HCAPTCHA|VAPID|WALLETCONNECT|ALCHEMY|INFURA|PUSHER|TINYMCE"
    r"|SECRET_?(?:NAME|LABEL)|PASSWORD_?(?:MIN|LENGTH|RESET|URL|POLICY)|UNSPLASH|TMDB|WEATHER",
    re.IGNORECASE,
)
"""Keys that their makers give out for pages, and names that only speak of secrets."""
VALUE = re.compile(r"process\.env\.(?P<name>\w+)|loadEnv|env\.(?P<other>\w+)")


class SEC012(Rule):
    """A secret is baked into what visitors download.

    **What it does.** Looks for names that bundlers put into pages (`NEXT_PUBLIC_…`, `VITE_…`, `REACT_APP_…`) and are
    secrets by their name, and for secrets that `env` of a Next configuration, `customFields` of Docusaurus or
    `define` of Vite hand to the pages.

    **Why it matters.** The value stands in the JavaScript that everybody downloads: whoever opens the page's source
    has it. Search engines for keys find it within hours.

    **How to fix.** Keep the secret on the server: let the API (or a route handler) make the call. Revoke the one that
    was published.

    **Limits.** Judged by name. Keys that are made for pages (Supabase's anon key, Stripe's publishable key, Firebase,
    maps, analytics) are left out; a plain `…_API_KEY` is a warning.
    """

    kind: Literal["SEC012"] = "SEC012"
    title: ClassVar[str] = "Secret in a public variable"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "critical"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per name and app."""
        for app in project.web.apps:
            reads: dict[str, list[Span]] = {}
            for read in project.web.reads:
                if read.app is app and _is_in_pages(read):
                    reads.setdefault(read.name, []).append(read.span)
            for name, spans in reads.items():
                yield from self._named(project, app, name, spans)
            for name, span in _handed_over(project, app):
                yield from self._named(project, app, name, [span])

    def _named(self, project: Project, app: WebApp, name: str, spans: list[Span]) -> Iterator[Finding]:
        if MEANT_TO_BE_PUBLIC.search(name) or not (SECRET.search(name) or MAYBE.search(name)):
            return
        is_certain = SECRET.search(name) is not None
        yield self.finding(
            spans,
            f"{name} is baked into the pages: everybody who opens them can read its value.",
            severity=None if is_certain else "warning",
            confidence=0.93 if is_certain else 0.7,
            platforms=platforms_of(project, app),
            fix=Fix(
                text="Read it on the server only, and let the API make the call that needs it.",
                by_person=(f"Revoke the value of {name} if pages with it were ever published, and make a new one.",),
            ),
        )


def _is_in_pages(read: WebRead) -> bool:
    return read.where != "custom" and PUBLIC.match(read.name) is not None


def _handed_over(project: Project, app: WebApp) -> Iterator[tuple[str, Span]]:
    """Yield the names that a configuration hands to the pages under another name."""
    source = project.web.source(app.config) if app.config is not None else None
    key = {"next": "env", "docusaurus": "customFields", "vite": "define"}.get(app.framework)
    if source is None or key is None:
        return
    for name, value in members(setting(source, key)):
        found = VALUE.search(text_of(value))
        if found is not None and not PUBLIC.match(str(found["name"] or found["other"])):
            yield str(found["name"] or found["other"] or dotted(value) or name), source.span(value)
