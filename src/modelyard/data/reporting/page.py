"""A report as one HTML file: no script, nothing fetched, and every text of users escaped."""

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(title: str, body: Iterable[str]) -> Iterator[str]:
    """Yield the file; `body` is markup, `title` text."""
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title><style>{style}</style></head><body><main>"
    yield from body
    yield "</main></body></html>\n"


def said(text: str) -> str:
    """Return a text as it is, in its own direction, whatever stands around it."""
    return f"<bdi>{escape(text)}</bdi>"


def note(text: str) -> str:
    """Return a remark; nothing for an empty one."""
    return f"<p class=note>{escape(text)}</p>" if text else ""


def listed(sentences: Iterable[str]) -> str:
    """Return sentences as a list."""
    return f"<ul>{''.join(f'<li>{said(each)}</li>' for each in sentences)}</ul>"


def fact_table(facts: Iterable[tuple[str, str]]) -> str:
    """Return names with their values."""
    rows = "".join(f"<tr><th scope=row>{escape(name)}</th><td>{said(value)}</td></tr>" for name, value in facts)
    return f"<table class=facts>{rows}</table>"


def figure(svg: str, told: str) -> str:
    """Return a picture with what it shows for those who do not see it."""
    return f'<figure role="img" aria-label="{escape(told)}">{svg}</figure>'
