"""Where Docusaurus publishes a page: the rules of its plugins for docs, blog and pages (version 3)."""

import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from modelyard.chat.reading.front_matter import FrontMatter

CONFIGS = tuple(f"docusaurus.config.{ending}" for ending in ("js", "ts", "mjs", "cjs", "mts"))
MAX_CONFIG_CHARACTERS = 200_000
_DATE_OR_VERSION = re.compile(r"(?:\d{2}|\d{4})[-_.]\d{2}(?:[-_.](?:\d{2}|\d{4}))?|\d+[-_.]\d+")
"""Beginnings of names that are no numbers of an order: 2021-11-foo, 8.0-foo."""
_NUMBERED = re.compile(r"\d+\s*[-_.]+\s*([^-_.\s].*)", re.DOTALL)
_BLOG_DATE = re.compile(r"(?P<folder>.*?)(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(?P<text>.*)")
_TEXT = r"[\"'`]([^\"'`]*)[\"'`]"
_NAMED = r"[\"']?\s*:"
_PAGES = (".md", ".mdx")


@dataclass(frozen=True)
class DocusaurusSite:
    """What of a project's settings says where its pages are. Settings are read as text and never run."""

    address: str | None
    """Of the site with its base, without a slash at the end; None when the settings do not say it plainly."""
    docs: tuple[tuple[str, str], ...] = (("docs", "docs"),)
    """Folders of docs and the routes that they are below; versions are of the first."""
    blog_route: str = "blog"
    trailing_slash: bool | None = None
    versions: tuple[str, ...] = ()
    """Published versions, newest first."""

    @classmethod
    def of(cls, folder: Path) -> "DocusaurusSite | None":
        """Return what a folder's settings say; None when it is no Docusaurus project."""
        config = next((folder / name for name in CONFIGS if (folder / name).is_file()), None)
        if config is None:
            return None
        text = config.read_text(encoding="utf-8", errors="replace")[:MAX_CONFIG_CHARACTERS]
        text = re.sub(r"(?<!:)//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)
        url, base = _setting(text, "url"), _setting(text, "baseUrl") or "/"
        blocks = [_block(text, rf"docs{_NAMED}"), *_blocks(text, r"plugin-content-docs[\"'`]\s*,")]
        slash = re.search(r"\btrailingSlash\s*:\s*(true|false)\b", text)
        return cls(
            address=f"{url.rstrip('/')}/{base.strip('/')}".rstrip("/") if url else None,
            docs=tuple(dict.fromkeys(_docs(block) for block in blocks if block is not None)) or cls.docs,
            blog_route=_or(_setting(_block(text, rf"blog{_NAMED}") or "", "routeBasePath"), "blog").strip("/"),
            trailing_slash=slash.group(1) == "true" if slash else None,
            versions=_versions(folder),
        )

    def route(self, path: PurePosixPath, front: FrontMatter) -> str | None:
        """Return the route of a file of the project below its base, with a slash first; None: it is no page."""
        if path.suffix.lower() not in _PAGES or any(part.startswith("_") for part in path.parts):
            return None
        match path.parts:
            case ("i18n", locale, "docusaurus-plugin-content-docs", "current", *rest) if rest:
                return self._slashed(f"/{locale}{self._doc(PurePosixPath(*rest), front, '')}")
            case ("versioned_docs", version, *rest) if rest:
                name = version.removeprefix("version-")
                place = "" if self.versions[:1] == (name,) else name
                return self._slashed(self._doc(PurePosixPath(*rest), front, place))
            case ("blog", *rest) if rest:
                return self._slashed(self._post(PurePosixPath(*rest), front))
            case ("src", "pages", *rest) if rest:
                page = PurePosixPath(*rest).with_suffix("")
                route = page.parent if page.name == "index" else page
                return self._slashed("/" if route == PurePosixPath() else f"/{route}")
        for part in self.docs:
            if path.is_relative_to(part[0]):
                latest = "next" if self.versions and part == self.docs[0] else ""
                return self._slashed(self._doc(path.relative_to(part[0]), front, latest, part[1]))
        return None

    def _doc(self, path: PurePosixPath, front: FrontMatter, version: str, route: str | None = None) -> str:
        base = "/".join(part for part in (self.docs[0][1] if route is None else route, version) if part)
        return posixpath.normpath(f"/{base}").rstrip("/") + doc_slug(path, front)

    def _post(self, path: PurePosixPath, front: FrontMatter) -> str:
        if slug := front.values.get("slug"):
            return f"/{self.blog_route}/{slug.lstrip('/')}"
        plain = re.sub(r"(?:/index|/readme)?\.mdx?$", "", str(path), flags=re.IGNORECASE)
        found = _BLOG_DATE.fullmatch(plain)
        if found is None:
            return f"/{self.blog_route}/{plain}"
        year, month, day = re.split("[-/]", found["date"])
        parts = (found["folder"].strip("/"), year, f"{int(month):02}", f"{int(day):02}", found["text"])
        return "/".join(("", self.blog_route, *(part for part in parts if part)))

    def _slashed(self, route: str) -> str:
        if self.trailing_slash is None or route == "/":
            return route
        return route.rstrip("/") + ("/" if self.trailing_slash else "")


def doc_slug(path: PurePosixPath, front: FrontMatter) -> str:
    """Return the route of a doc below the route of all docs, by its path in their folder and its front matter."""
    slug = front.values.get("slug", "")
    if slug.startswith("/"):
        return slug
    is_plain = front.values.get("parse_number_prefixes", "").lower() == "false"
    folders = [part if is_plain else without_number(part) for part in path.parent.parts]
    folder = "/" + "".join(f"{part}/" for part in folders)
    names = {"index", "readme", *(part.lower() for part in path.parent.parts[-1:])}
    if not slug and path.stem.lower() in names:
        return folder
    name = slug or front.values.get("id") or (path.stem if is_plain else without_number(path.stem))
    return posixpath.normpath(posixpath.join(folder, name)) + ("/" if name.endswith("/") else "")


def without_number(name: str) -> str:
    """Return a name without the number of its place in the sidebar: `01-intro` becomes `intro`."""
    found = None if _DATE_OR_VERSION.match(name) else _NUMBERED.fullmatch(name)
    return found.group(1) if found else name


def _setting(text: str, name: str) -> str | None:
    found = re.search(rf"(?<![\w.]){name}[\"']?\s*:\s*{_TEXT}", text)
    return found.group(1) if found else None


def _or(value: str | None, default: str) -> str:
    """Return what was set, also when that is empty."""
    return default if value is None else value


def _docs(block: str) -> tuple[str, str]:
    """Return the folder of docs that a plugin's settings name, and its route."""
    return (_setting(block, "path") or "docs").strip("/"), _or(_setting(block, "routeBasePath"), "docs").strip("/")


def _block(text: str, before: str) -> str | None:
    return next(iter(_blocks(text, before)), None)


def _blocks(text: str, before: str) -> Iterator[str]:
    """Yield what stands in braces behind each place that a pattern finds."""
    for found in re.finditer(rf"(?<![\w.]){before}\s*\{{", text):
        depth, at = 1, found.end()
        while at < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield text[found.end() : at]


def _versions(folder: Path) -> tuple[str, ...]:
    try:
        found = json.loads((folder / "versions.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()
