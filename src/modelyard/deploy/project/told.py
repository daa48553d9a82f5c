"""What documents say of where a code base goes."""

import re
from collections.abc import Callable

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Span

DOCUMENTS = re.compile(
    r"(?:^|/)(?:readme|deploy\w*|hosting|hugging\w*|hf[_-]\w*)[\w.-]*\.(?:md|rst|txt)$", re.IGNORECASE
)
SAID = re.compile(
    r"git (?:remote add|push|clone)\b[^\n]*huggingface\.co/spaces/|huggingface\.co/new-space"
    r"|\b(?:deploy|host|push|upload)\w*\b[^.\n]{0,60}\b(?:hugging\s?face|hf)\s+(?:docker\s+)?spaces?\b"
    r"|\b(?:backend|api|server)\b[^.\n]{0,60}\b(?:hugging\s?face|hf)\s+(?:docker\s+)?spaces?\b",
    re.IGNORECASE,
)

SERVER_SAID = re.compile(
    r"\b(?:backend|back end|api|server)\b[*`\s]{0,4}(?:\([^)\n]{0,40}\))?[*`\s]{0,4}(?::|\||→|->|–|-|\bis\b|\bon\b)?"
    r"[*`\s:|]{0,6}(?:(?:deployed|hosted|deploy|runs?)\s)?(?:(?:on|to)\s)?"
    r"(?:hugging\s?face|hf)\s+(?:docker\s+)?spaces\b",
    re.IGNORECASE,
)
"""That the server goes to Spaces, and not that it asks one of them."""
OTHER_HOSTS = re.compile(r"\b(?:render|railway|fly(?:\.io)?|heroku|aws|azure|gcp|cloud run|koyeb|or)\b", re.IGNORECASE)


def server_told(code: CodeBase) -> Span | None:
    """Return the line of a document that says the server goes to Spaces, and to no other host; None without one."""
    return _line(code, lambda line: SERVER_SAID.search(line) is not None and OTHER_HOSTS.search(line) is None)


def space_told(code: CodeBase) -> Span | None:
    """Return the line of a document that says this code base goes to a Space; None without one."""
    return _line(code, lambda line: SAID.search(line) is not None)


def _line(code: CodeBase, is_it: Callable[[str], bool]) -> Span | None:
    for file in code.ending(".md", ".MD", ".rst", ".txt"):
        if not DOCUMENTS.search(file.path) or not file.is_tracked:
            continue
        for number, line in enumerate(file.lines, 1):
            if is_it(line):
                return file.span(number)
    return None
