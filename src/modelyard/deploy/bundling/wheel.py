"""The wheel of this installation, packed again from what is installed: no build tool, no network, the same bytes."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import modelyard
from modelyard.kernel.errors import Refused
from modelyard.kernel.migrate import migrations_folder

PACKAGE = Path(modelyard.__file__).parent
_EPOCH = (2020, 1, 1, 0, 0, 0)
_SKIPPED = ("__pycache__", ".pyc", ".DS_Store")


def wheel_name() -> str:
    """Return the wheel's file name, such as `modelyard-0.1.0-py3-none-any.whl`."""
    return f"modelyard-{distribution('modelyard').version}-py3-none-any.whl"


def wheel(pages: Path | None) -> bytes:
    """Return the wheel as bytes, with the browser pages of a folder inside when one is given."""
    out = io.BytesIO()
    recorded: list[str] = []
    about = f"modelyard-{distribution('modelyard').version}.dist-info"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in [*package_files(pages), *_about(about)]:
            _write(archive, name, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            recorded.append(f"{name},sha256={digest},{len(content)}")
        record = f"{about}/RECORD"
        _write(archive, record, "\n".join([*recorded, f"{record},,", ""]).encode())
    return out.getvalue()


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)


def package_files(pages: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield the package's files under the names that an installed wheel has, by name."""
    docs = PACKAGE / "_docs" if (PACKAGE / "_docs").is_dir() else PACKAGE.parents[1] / "docs"
    folders = {
        "modelyard/_migrations": migrations_folder(),
        "modelyard/_docs/guides": docs / "guides",
        "modelyard/_docs/start": docs / "start",
    }
    if pages is not None:
        folders["modelyard/_web"] = pages
    found = {f"modelyard/{path}": content for path, content in _files(PACKAGE) if not path.startswith("_")} | {
        f"modelyard/{path}": content for path, content in _files(PACKAGE) if path.startswith("__")
    }
    for prefix, folder in folders.items():
        found |= {f"{prefix}/{path}": content for path, content in _files(folder)}
    yield from sorted(found.items())


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part in name for part in _SKIPPED):
            yield name, path.read_bytes()


def _about(folder: str) -> Iterator[tuple[str, bytes]]:
    installed = distribution("modelyard")
    for name in ("METADATA", "entry_points.txt"):
        text = installed.read_text(name)
        if text is None:
            raise Refused(
                f"This installation lacks {name}, so it cannot be packed.",
                hint="Install Modelyard with pip, or run `make run` in its source tree.",
            )
        yield f"{folder}/{name}", text.encode()
    yield f"{folder}/WHEEL", b"Wheel-Version: 1.0\nGenerator: modelyard\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
