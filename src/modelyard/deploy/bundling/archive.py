"""A bundle as one file to carry away, and as a page shows it."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.deploy.platform import Platform
from modelyard.deploy.subject import Subject

_EPOCH = (2020, 1, 1, 0, 0, 0)
"""The same files give the same bytes, whenever they were packed."""
MOST_TEXT = 200_000
"""Bytes of text shown of one bundle: the recipe and what the platform reads, not its pages or libraries."""


def write_zip(files: Mapping[str, bytes], path: Path) -> None:
    """Pack the files; scripts keep that they can be started."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = (0o100755 if name.endswith(".sh") else 0o100644) << 16
            info.compress_type = zipfile.ZIP_STORED if name.endswith((".whl", ".zip")) else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


def contents_of(files: Mapping[str, bytes], platform: Platform, subject: Subject) -> dict[str, Any]:
    """Return files, steps and names to set as JSON (schemas.BundleContents), with the texts that people read."""
    left = MOST_TEXT
    shown = []
    for path in sorted(files, key=lambda path: (path.count("/"), path)):
        text = _text(files[path]) if len(files[path]) <= left else None
        left -= len(files[path]) if text is not None else 0
        shown.append({"path": path, "size_bytes": len(files[path]), "text": text})
    names = ("name", "kind", "is_required", "meaning", "example", "is_random")
    return {
        "files": shown,
        "steps": platform.steps(subject),
        "environment": [{name: getattr(one, name) for name in names} for one in platform.environment(subject)],
    }


def _text(content: bytes) -> str | None:
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
