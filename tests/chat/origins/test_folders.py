"""Folders: what is a document in them, and sites as they were built."""

from pathlib import Path

import pytest

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.origins.documents import documents_of
from modelyard.chat.origins.found import Found, LeftOut
from modelyard.chat.origins.origin import FileOrigin, FolderOrigin, origin_of
from modelyard.kernel.errors import Invalid
from modelyard.kernel.settings import Settings


def items(folder: Path, site_url: str | None = None) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the addresses of what is found by key, and why the rest is left out."""
    scratch = folder.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    listed = list(
        documents_of(
            FolderOrigin(path=str(folder)),
            upload=None,
            settings=Settings(data=folder.parent),
            scratch=scratch,
            say=lambda _sentence, _done: None,
            site_url=site_url,
        )
    )
    found = {item.key: item.url for item in listed if isinstance(item, Found)}
    return found, {item.key: item.reason for item in listed if isinstance(item, LeftOut)}


def put(folder: Path, *names: str, text: str = "Words.") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_project_of_docusaurus(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    put(folder, "docs/intro.md", "docs/guide/01-a.mdx", "blog/2024-01-02-x.md", "README.md")
    put(folder, "node_modules/x/a.md", ".git/a.md", "build/docs/intro/index.html", ".docusaurus/a.md", "static/img.svg")
    put(folder, "docusaurus.config.js", text="module.exports = {url: 'https://x.example', baseUrl: '/'}")
    found, left_out = items(folder)
    assert found == {
        "README.md": None,
        "blog/2024-01-02-x.md": "https://x.example/blog/2024/01/02/x",
        "docs/guide/01-a.mdx": "https://x.example/docs/guide/a",
        "docs/intro.md": "https://x.example/docs/intro",
    }
    assert list(left_out) == ["*.js"]


@pytest.mark.parametrize("base", ["", "/manual"])
def test_a_built_site_is_read_by_its_site_map(base: str, tmp_path: Path) -> None:
    folder = tmp_path / "build"
    put(folder, "index.html", "docs/intro/index.html", "docs/flat.html", "404.html", "search/index.html", "book.pdf")
    routes = ("/", "/docs/intro", "/docs/flat", "/docs/gone")
    urls = "".join(f"<url><loc>https://x.example{base}{route}</loc></url>" for route in routes)
    xml = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    put(folder, "sitemap.xml", text=xml)
    found, left_out = items(folder)
    assert found == {
        "book.pdf": None,
        "docs/flat.html": f"https://x.example{base}/docs/flat",
        "docs/intro/index.html": f"https://x.example{base}/docs/intro",
        "index.html": f"https://x.example{base}/",
    }
    assert set(left_out) == {"docs/gone.html", "*.xml"}
    moved, _ = items(folder, "https://preview.example/x/")
    assert moved["docs/intro/index.html"] == "https://preview.example/x/docs/intro"


def test_a_built_site_without_a_site_map_has_the_addresses_that_its_pages_state(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    put(
        folder,
        "docs/a/index.html",
        text='<link data-x rel="canonical" href="https://x.example/docs/a?b&amp;c"><p>Words',
    )
    put(folder, "plain.html", "404.html", "assets/main.js.LICENSE.txt")
    assert items(folder)[0] == {"docs/a/index.html": "https://x.example/docs/a?b&c", "plain.html": None}
    assert items(folder, "https://y.example")[0]["docs/a/index.html"] == "https://y.example/docs/a/"


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "docs", tmp_path / "outside"
    put(folder, "a.md")
    put(outside, "secret.md")
    (folder / "link.md").symlink_to(outside / "secret.md")
    (folder / "linked").symlink_to(outside)
    (folder / "inside.md").symlink_to(folder / "a.md")
    (folder / "loop").symlink_to(folder)
    assert list(items(folder)[0]) == ["a.md", "inside.md"]


def test_the_same_bytes_have_the_same_hash_and_others_another(tmp_path: Path) -> None:
    def one(text: str) -> Found:
        (tmp_path / "a.md").write_text(text)
        origin = FileOrigin(filename="a.md")
        settings = Settings(data=tmp_path)
        listed = documents_of(
            origin, upload=tmp_path / "a.md", settings=settings, scratch=tmp_path, say=lambda _s, _d: None
        )
        (found,) = listed
        assert isinstance(found, Found)
        return found

    first, same, other = one("Words."), one("Words."), one("Other words.")
    assert first.content_hash == same.content_hash != other.content_hash
    assert first.key == "a.md"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="no folder"):
        items(tmp_path / "nothing")


@pytest.mark.parametrize("document", [{}, {"kind": "folder"}, {"kind": "ftp", "url": "x"}, {"kind": "site", "url": ""}])
def test_origins_that_are_none(document: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        origin_of(document)
    assert caught.value.fields


def test_what_git_ignores_is_left_out_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    put(
        folder, "a.md", "draft.md", "out/b.md", "guide/c.md", "guide/secret/d.md", "guide/kept.tmp.md", "guide/x.tmp.md"
    )
    put(folder, ".gitignore", text="draft.md\n/out/\n*.tmp.md\n")
    put(folder / "guide", ".gitignore", text="secret/\n!kept.tmp.md\n")
    found, left_out = items(folder)
    assert set(found) == {"a.md", "guide/c.md", "guide/kept.tmp.md"}
    assert left_out == {".gitignore": "2 files and 2 folders ignored by Git."}
    put(tmp_path, ".gitignore", text="*")
    assert set(items(folder)[0]) == set(found), "what stands above the folder does not count"
