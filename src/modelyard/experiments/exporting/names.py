"""Names of files to take away."""

import re

from modelyard.data.reporting.shown import shown

LONGEST = 120
_UNSAFE = re.compile(r'[/\\:*?"<>|\ufffd]+')
"""What is no part of a file's name on some system."""


def file_name(name: str, number: int, ending: str) -> str:
    """Return a name that every system takes and that leads into no other folder."""
    safe = _UNSAFE.sub("-", shown(name, LONGEST)).strip(" .-") or "experiment"
    return f"{safe} {number}.{ending}"
