"""All front ends of a code base."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.finding import Span

Framework = Literal["next", "vite", "cra", "docusaurus", "gatsby", "astro", "other"]


@dataclass(frozen=True)
class WebApp:
    """One package that builds pages."""

    root: str
    """The folder of its package.json."""
    framework: Framework
    package: dict[str, Any]
    manifest: Span
    """The package.json."""
    sources: tuple[SourceFile, ...]
    """What is bundled: no tests, stories, configuration, build output."""
    configs: tuple[SourceFile, ...]
    """next.config.*, vite.config.*, docusaurus.config.*, vercel.json."""


@dataclass(frozen=True)
class WebRead:
    """One read of a build-time or server name: `process.env.X`, `import.meta.env.X`, `customFields.x`."""

    name: str
    span: Span
    app: WebApp
    default: str | None
    """The text after `??` or `||`, or of a ternary's other branch; None without one."""
    is_guarded: bool
    """The default applies in development only (`NODE_ENV`, `DEV`)."""


@dataclass(frozen=True)
class Text:
    """One string or template of a source."""

    text: str
    """With `${}` in the place of each expression of a template."""
    span: Span
    file: SourceFile
    start: int
    end: int


class WebCode:
    """The front ends of a code base."""

    def __init__(self, code: CodeBase) -> None:
        self.code = code

    @property
    def apps(self) -> tuple[WebApp, ...]:
        """Every package that builds pages, the uppermost first."""
        raise NotImplementedError

    @property
    def reads(self) -> tuple[WebRead, ...]:
        """Reads of the environment in bundled sources and configuration."""
        raise NotImplementedError

    def literals(self, file: SourceFile) -> Iterator[Text]:
        """Yield the strings of a source, comments left out."""
        raise NotImplementedError
