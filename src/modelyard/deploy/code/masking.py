"""Secrets in text that is shown: recognised by shape, and masked."""

import re

_SHAPES = (
    re.compile(
        r"(?P<keep>\b(?:hf|gsk|npg|ghp|gho|ghu|ghs|github_pat|glpat|xox[abprs]|sk|pk|rk|whsec)[_-])[A-Za-z0-9_\-]{8,}"
    ),
    re.compile(r"(?P<keep>\bAIza)[A-Za-z0-9_\-]{20,}"),
    re.compile(r"(?P<keep>\bAKIA)[A-Z0-9]{12,}"),
    re.compile(r"(?P<keep>\b[a-zA-Z][a-zA-Z0-9+.\-]*://[^\s:/@'\"]*:)[^\s@'\"]+(?=@)"),
)
MASK = "****"


def masked(text: str) -> str:
    """Return the text with everything that has the shape of a secret cut to its first letters."""
    for shape in _SHAPES:
        text = shape.sub(lambda found: f"{found['keep']}{MASK}", text)
    return text
