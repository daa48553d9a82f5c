"""ZIPs that anybody may have made."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.chat.errors import UnreadableDocument, UploadTooLarge
from modelyard.chat.origins.documents import documents_of
from modelyard.chat.origins.found import Found, LeftOut
from modelyard.chat.origins.origin import ZipOrigin
from modelyard.chat.origins.reading import read
from modelyard.kernel.settings import Settings


def say(_sentence: str, _done: float) -> None:
    """Nobody listens."""


def found_in(archive: bytes, tmp_path: Path, **settings: int) -> tuple[dict[str, Found], dict[str, LeftOut]]:
    upload, scratch = tmp_path / "upload.zip", tmp_path / "scratch"
    upload.write_bytes(archive)
    scratch.mkdir()
    listed = documents_of(
        ZipOrigin(filename="docs.zip"),
        upload=upload,
        settings=Settings(data=tmp_path, **settings),  # type: ignore[arg-type]
        scratch=scratch,
        say=say,
    )
    items = list(listed)
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name]
    found = {item.key: item for item in items if isinstance(item, Found)}
    return found, {item.key: item for item in items if isinstance(item, LeftOut)}


def packed(files: dict[str, str | bytes], change: Callable[[zipfile.ZipInfo], None] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if change is not None:
                change(info)
            archive.writestr(info, content)
    return out.getvalue()


def test_documents_are_found_below_the_folder_that_was_packed(tmp_path: Path) -> None:
    found, left_out = found_in(
        packed(
            {
                "docs/intro.md": "# Intro\n\nWords.",
                "docs/guide/a.html": "<main><p>Words</p></main>",
                "docs/.git/config": "x",
                "docs/node_modules/x/README.md": "x",
                "__MACOSX/docs/._intro.md": "x",
                "docs/logo.png": b"\x89PNG",
                "docs/old.doc": b"\xd0\xcf",
                "docs/draft.md": "---\ndraft: true\n---\nNot yet.",
                "docs/inner.zip": packed({"a.md": "x"}),
            }
        ),
        tmp_path,
    )
    assert sorted(found) == ["guide/a.html", "intro.md"]
    assert read(found["intro.md"]).title == "Intro"
    assert sorted(left_out) == ["*.png", "draft.md", "inner.zip", "old.doc"]
    assert "draft" in left_out["draft.md"].reason
    assert "DOCX" in left_out["old.doc"].hint


@pytest.mark.parametrize(
    "name", ["../evil.md", "/evil.md", "a/../../evil.md", "..\\evil.md", "C:\\evil.md", "a" * 300 + ".md"]
)
def test_nothing_leaves_the_folder(name: str, tmp_path: Path) -> None:
    found, left_out = found_in(packed({"fine.md": "Words.", name: "Evil."}), tmp_path)
    assert list(found) == ["fine.md"]
    assert [each.reason for each in left_out.values()] == ["Its path leads out of the ZIP, or is none."]


def test_links_are_left_out(tmp_path: Path) -> None:
    def as_link(info: zipfile.ZipInfo) -> None:
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16

    found, left_out = found_in(packed({"passwd.md": "/etc/passwd"}, as_link), tmp_path)
    assert not found
    assert left_out["passwd.md"].reason == "It is a link to another file."


@pytest.mark.parametrize("stated", [True, False])
def test_a_bomb_is_refused(stated: bool, tmp_path: Path) -> None:
    bomb = packed({"zeros.md": b"\0" * 100_000_000})
    if not stated:  # the sizes that it states are a lie
        for place in (bomb.rfind(b"PK\x01\x02") + 24, 22):
            bomb = bomb[:place] + struct.pack("<I", 1000) + bomb[place + 4 :]
    with pytest.raises((UploadTooLarge, UnreadableDocument)):
        found_in(bomb, tmp_path, max_expansion=100)
    written = sum(path.stat().st_size for path in (tmp_path / "scratch").rglob("*") if path.is_file())
    assert written <= 65 * 1024**2


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelyard.chat.origins.archives.MAX_MEMBERS", 10)
    with pytest.raises(UploadTooLarge, match="11 files"):
        found_in(packed({f"{n}.md": "x" for n in range(11)}), tmp_path)


def test_names_in_utf_8_without_saying_so_and_of_old(tmp_path: Path) -> None:
    archive = packed({"xxxxx.md": "Words.", "yyy.md": "Words."})
    archive = archive.replace(b"xxxxx.md", "tài1.md".encode()).replace(b"yyy.md", b"\x81br.md")
    found, _ = found_in(archive, tmp_path)
    assert sorted(found) == ["tài1.md", "übr.md"]


def test_locked_archives_are_refused_and_damaged_ones_too(tmp_path: Path) -> None:
    locked = bytearray(packed({"a.md": "Words."}))
    locked[6] |= 1
    locked[locked.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableDocument, match="password"):
        found_in(bytes(locked), tmp_path)
    for each in (tmp_path / "scratch").glob("*"):
        each.rmdir()
    (tmp_path / "scratch").rmdir()
    with pytest.raises(UnreadableDocument, match="damaged"):
        found_in(b"PK\x03\x04 no archive", tmp_path)


def test_a_folder_with_too_many_documents_says_how_many_were_taken(tmp_path: Path) -> None:
    found, left_out = found_in(packed({f"{n}.md": "Words." for n in range(5)}), tmp_path, max_documents=3)
    assert len(found) == 3
    assert "MODELYARD_MAX_DOCUMENTS" in left_out["…"].reason
