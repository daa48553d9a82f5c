"""The browser pages alone, on Vercel."""

import json
from collections.abc import Mapping
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from modelyard.deploy.finding import Platform as Audited
from modelyard.deploy.platform import Platform, Takes
from modelyard.deploy.subject import Subject, Variable
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter

_UNSET = b'data-api=""'
_FOREVER = "public, max-age=31536000, immutable"


class Vercel(Platform):
    """The browser pages on Vercel; the API lives on another host.

    The pages are files that were built already: nothing is built there, no function runs, so none of the limits of
    functions apply. They find the API either through a rewrite, with which browsers see one site and every sign-in
    works, or directly, with which answers that take long are not cut by Vercel's proxy, and browsers that refuse
    cookies of third parties (Safari, Firefox) keep each sign-in to this site.
    """

    kind: Literal["vercel"] = "vercel"
    title: ClassVar[str] = "Vercel (pages only)"
    icon: ClassVar[str] = "globe"
    audited_as: ClassVar[Audited | None] = "vercel"
    takes: ClassVar[tuple[Takes, ...]] = ("yard",)

    api_url: str = Parameter("", description="Where the API answers: https://you-yard.hf.space. Required.")
    connection: Literal["rewrite", "direct"] = Parameter(
        "rewrite", description="`rewrite`: Vercel passes requests on. `direct`: browsers ask the API themselves."
    )

    def check(self, what: Takes) -> None:
        """Raise Invalid for one endpoint, and without an address of the API."""
        super().check(what)
        self._api()

    def environment(self, subject: Subject) -> tuple[Variable, ...]:
        """Return nothing: the pages were built before, and what the API needs is set where it runs."""
        return ()

    def files(self, subject: Subject) -> dict[str, bytes]:
        """Return the pages and `vercel.json`; raise Invalid without an address of the API."""
        api = self._api()
        stated = f'data-api="{api if self.connection == "direct" else ""}"'.encode()
        pages = {
            f"public/{path}": content.replace(_UNSET, stated) if path.endswith(".html") else content
            for path, content in subject.pages.items()
        }
        return {**pages, "vercel.json": self._configuration(subject.pages, api).encode()}

    def steps(self, subject: Subject) -> list[str]:
        """Return what a person does with it."""
        direct = self.connection == "direct"
        return [
            "npx vercel deploy --prod",
            *(
                ["On the API set MODELYARD_FRONTEND_ORIGINS to the address of these pages, and start it again."]
                if direct
                else ["Answers that take longer than Vercel's proxy waits are cut; `connection=direct` avoids it."]
            ),
        ]

    def _api(self) -> str:
        parts = urlsplit(self.api_url.strip())
        if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query or "@" in parts.netloc:
            message = "The pages would not find their API: say where it answers."
            raise Invalid(
                message,
                hint="Give api_url, such as https://you-yard.hf.space: https, a host, nothing after it.",
                fields=[FieldError(("api_url",), message)],
            )
        return f"https://{parts.netloc}"

    def _configuration(self, pages: Mapping[str, bytes], api: str) -> str:
        policy = _policy(pages, api if self.connection == "direct" else "")
        document = {
            "$schema": "https://openapi.vercel.sh/vercel.json",
            "framework": None,
            "buildCommand": None,
            "outputDirectory": "public",
            "trailingSlash": True,
            "headers": [
                {"source": "/_next/static/(.*)", "headers": [{"key": "Cache-Control", "value": _FOREVER}]},
                {
                    "source": "/(.*)",
                    "headers": [
                        {"key": "Content-Security-Policy", "value": policy},
                        {"key": "X-Content-Type-Options", "value": "nosniff"},
                        {"key": "Referrer-Policy", "value": "same-origin"},
                    ],
                },
            ],
        }
        if self.connection == "rewrite":
            document["rewrites"] = [
                {"source": path, "destination": f"{api}{path}"} for path in ("/api/:path*", "/health", "/ready")
            ]
        return json.dumps(document, indent=2) + "\n"


def _policy(pages: Mapping[str, bytes], api: str) -> str:
    """Return the content policy of the pages: their own inline scripts by hash, the API, nothing else."""
    hashes = [f"'{one}'" for one in json.loads(pages.get("csp.json", b"[]"))]
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", *hashes],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:", api],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'", api],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(filter(None, values))}" for name, values in rules.items())
