"""Secrets in text that is shown: recognised by shape or by the name they are given to, and masked."""

import re

from modelyard.deploy.finding import Span

MASK = "****"
N_SHOWN = 3
"""Characters of a masked value that stay, enough for its owner to know it."""
_SHAPES = (
    re.compile(
        r"(?P<keep>\b(?:hf|gsk|npg|ghp|gho|ghu|ghs|ghr|r8|npm|whsec|(?:sk|pk|rk)_(?:live|test)|re_[A-Za-z0-9]{8})_)"
        r"(?=[a-z]{0,100}[A-Z0-9])[A-Za-z0-9+/=]{8,}"
    ),
    re.compile(
        r"(?P<keep>\b(?:sk|pk|github_pat|glpat|xox[abprs]|pypi|tvly|pcsk|lsv2|sbp|sb_secret|nvapi|dckr_pat|xai|GOCSPX)[_-])"
        r"(?=[a-zA-Z_\-]{0,100}\d)[A-Za-z0-9_\-]{12,}"
    ),
    re.compile(r"(?P<keep>\bAIza)[A-Za-z0-9_\-]{20,}"),
    re.compile(r"(?P<keep>\bAKIA)[A-Z0-9]{12,}"),
    re.compile(r"(?P<keep>\beyJ)[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}(?:\.[A-Za-z0-9_\-]+)?"),
    re.compile(r"(?P<keep>\bSG\.)[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"),
    re.compile(r"(?P<keep>\b[a-zA-Z][a-zA-Z0-9+.\-]{0,30}://[^\s:/@'\"]{0,100}:)[^\s@'\"{}$<]{1,200}(?=@)"),
)
_NAME = (
    r"[\w.\-]{0,60}(?:secret|passw(?:or)?d|pwd|token|api[_\-]?key|private[_\-]?key|access[_\-]?key|credential)\w{0,40}"
)
_GIVEN = (
    re.compile(
        rf"(?P<keep>{_NAME}[\"']?\]?(?:\s*:\s*[\w\[\]|. ]{{1,40}})?\s*(?:=|:|,|\?\?|\|\||\bor\b)\s*"
        rf"(?:\w{{1,20}}\(\s*)?(?:default\s*=\s*)?[bru]?[\"'`])(?P<value>[^\"'`\s]{{6,300}})(?=[\"'`])",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<keep>^\s*(?:-\s+)?(?:export\s+|ENV\s+|ARG\s+)?{_NAME}\s*[=:]\s*)(?P<value>[^\s\"'`#(]{{6,300}})(?=\s*(?:#|$))",
        re.IGNORECASE,
    ),
)
_NO_VALUE = re.compile(
    r"[\$/<{*\[]|https?://|[A-Z][A-Z0-9_]*$|[A-Za-z_]\w*[.(\[]|(?:True|False|None|true|false|null|string)$"
)
"""What is no value: references, paths, addresses, names of the environment, expressions."""


def masked(text: str) -> str:
    """Return the text with everything that has the shape or the place of a secret cut to its first letters."""
    for shape in _SHAPES:
        text = shape.sub(lambda found: f"{found['keep']}{MASK}", text)
    for given in _GIVEN:
        text = given.sub(_cut, text)
    return text


def shown(value: str) -> str:
    """Return a secret as reports show it: its first letters, or nothing of it when it is short."""
    by_shape = masked(value)
    return by_shape if by_shape != value else f"{value[:N_SHOWN] if len(value) >= 4 * N_SHOWN else ''}{MASK}"


def without(span: Span, value: str) -> Span:
    """Return the span with one value masked in its text, whatever its shape."""
    return span.model_copy(update={"text": span.text.replace(value, shown(value))}) if value else span


def _cut(found: re.Match[str]) -> str:
    value = found["value"]
    if MASK in value or _NO_VALUE.match(value):
        return found[0]
    return f"{found['keep']}{shown(value)}"
