"""Where Docusaurus publishes pages, by the cases of its own tests (plugin-content-docs, numberPrefix and slug)."""

from pathlib import Path, PurePosixPath

import pytest

from modelyard.chat.origins.docusaurus import doc_slug, without_number
from modelyard.chat.origins.published import Publication
from modelyard.chat.reading.front_matter import FrontMatter, front_matter


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("01-intro", "intro"),
        ("3-", "3-"),
        ("1-My Doc", "My Doc"),
        ("0 - My Doc", "My Doc"),
        ("003 - myDoc", "myDoc"),
        ("999.My Doc", "My Doc"),
        ("0---My Doc", "My Doc"),
        ("00_api-overview", "api-overview"),
        ("a1-My Doc", "a1-My Doc"),
        ("My Doc-000", "My Doc-000"),
        ("2021-01-31 - Doc", "2021-01-31 - Doc"),
        ("10-20-01-02 - Doc", "10-20-01-02 - Doc"),
        ("7.0-foo", "7.0-foo"),
        ("8_0-foo", "8_0-foo"),
        ("2020-11", "2020-11"),
    ],
)
def test_numbers_of_the_sidebar_are_no_part_of_a_route(name: str, plain: str) -> None:
    assert without_number(name) == plain


@pytest.mark.parametrize(
    ("path", "front", "slug"),
    [
        ("intro.md", {}, "/intro"),
        ("01-guide/02-start.md", {}, "/guide/start"),
        ("01-guide/02-start.md", {"parse_number_prefixes": "false"}, "/01-guide/02-start"),
        ("foo/bar.md", {"id": "baz"}, "/foo/baz"),
        ("foo/bar.md", {"slug": "/abs/olute"}, "/abs/olute"),
        ("foo/bar.md", {"slug": "bazSlug.html"}, "/foo/bazSlug.html"),
        ("slugs/relative.md", {"slug": "relativeSlug"}, "/slugs/relativeSlug"),
        ("slugs/resolved.md", {"slug": "./../hey/ho/../resolvedSlug"}, "/hey/resolvedSlug"),
        ("root.md", {"slug": "../../../../../../escape"}, "/escape"),
        ("index.md", {}, "/"),
        ("README.md", {}, "/"),
        ("guides/index.mdx", {}, "/guides/"),
        ("guides/readme.md", {}, "/guides/"),
        ("guides/Guides.md", {}, "/guides/"),
        ("01-guides/index.md", {}, "/guides/"),
        ("guides/index.md", {"id": "start"}, "/guides/"),
        ("guides/index.md", {"slug": "welcome"}, "/guides/welcome"),
        ("foo/2021-11-notes.md", {}, "/foo/2021-11-notes"),
    ],
)
def test_routes_of_docs(path: str, front: dict[str, str], slug: str) -> None:
    assert doc_slug(PurePosixPath(path), FrontMatter("", front)) == slug


def project(folder: Path, config: str, name: str = "docusaurus.config.js") -> Path:
    (folder / name).write_text(config)
    return folder


CONFIG = """
// url: 'https://commented.example',
const config = {
  url: 'https://yard.example',
  baseUrl: '/manual/',
  presets: [['classic', {
    docs: { sidebarPath: require.resolve('./sidebars.js'), routeBasePath: ROUTE },
    blog: { showReadingTime: true },
  }]],
};
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("docs/01-intro.md", "", "https://yard.example/manual/docs/intro"),
        ("docs/a b/é.md", "", "https://yard.example/manual/docs/a%20b/%C3%A9"),
        ("docs/index.md", "", "https://yard.example/manual/docs/"),
        ("docs/x.mdx", "---\nslug: /start # the first\n---\n", "https://yard.example/manual/docs/start"),
        ("docs/_partial.md", "", None),
        ("blog/2021-08-26-welcome/index.md", "", "https://yard.example/manual/blog/2021/08/26/welcome"),
        ("blog/2021-08-01-post.md", "---\nslug: mdx-post\n---\n", "https://yard.example/manual/blog/mdx-post"),
        ("src/pages/about.md", "", "https://yard.example/manual/about"),
        ("i18n/vi/docusaurus-plugin-content-docs/current/intro.md", "", "https://yard.example/manual/vi/docs/intro"),
        ("README.md", "", None),
    ],
)
def test_addresses_of_a_project(path: str, text: str, expected: str | None, tmp_path: Path) -> None:
    publication = Publication.of(None, project(tmp_path, CONFIG.replace("ROUTE", "'docs'")))
    assert publication.url_of(PurePosixPath(path), front_matter(text)) == expected


def test_docs_at_the_root_of_a_site_and_with_slashes(tmp_path: Path) -> None:
    config = CONFIG.replace("ROUTE", "'/'").replace("baseUrl", "trailingSlash: true, baseUrl")
    publication = Publication.of("https://own.example", project(tmp_path, config, "docusaurus.config.ts"))
    assert (
        publication.url_of(PurePosixPath("docs/guide/start.md"), FrontMatter("")) == "https://own.example/guide/start/"
    )
    assert publication.url_of(PurePosixPath("docs/index.md"), FrontMatter("")) == "https://own.example/"


def test_docs_of_several_plugins(tmp_path: Path) -> None:
    config = """export default {
      url: "https://x.example", baseUrl: "/",
      plugins: [
        ["@docusaurus/plugin-content-docs", { routeBasePath: "/", sidebarPath: "./sidebars.mjs" }],
        ['@docusaurus/plugin-content-docs', { id: 'community', path: 'community', routeBasePath: 'people' }],
      ],
    };"""
    publication = Publication.of(None, project(tmp_path, config, "docusaurus.config.mjs"))
    routes = {"docs/install.md": "/install", "docs/index.md": "/", "community/team.md": "/people/team"}
    for path, route in routes.items():
        assert publication.url_of(PurePosixPath(path), FrontMatter("")) == f"https://x.example{route}"
    assert publication.url_of(PurePosixPath("other/team.md"), FrontMatter("")) is None


def test_versions(tmp_path: Path) -> None:
    project(tmp_path, CONFIG.replace("ROUTE", "'docs'"))
    (tmp_path / "versions.json").write_text('["2.0", "1.0"]')
    publication = Publication.of(None, tmp_path)
    routes = {
        "docs/a.md": "docs/next/a",
        "versioned_docs/version-2.0/a.md": "docs/a",
        "versioned_docs/version-1.0/a.md": "docs/1.0/a",
    }
    for path, route in routes.items():
        assert publication.url_of(PurePosixPath(path), FrontMatter("")) == f"https://yard.example/manual/{route}"


def test_an_address_that_ends_with_the_route_of_the_docs_does_not_say_it_twice(tmp_path: Path) -> None:
    folder = project(tmp_path, CONFIG.replace("ROUTE", "'docs'"))
    publication = Publication.of("https://yard.example/docs/", folder)
    assert publication.url_of(PurePosixPath("docs/a.md"), FrontMatter("")) == "https://yard.example/docs/a"


def test_plain_folders_have_the_addresses_of_their_paths() -> None:
    publication = Publication.of("https://x.example/docs/", None)
    assert (
        publication.url_of(PurePosixPath("guide/01-start.md"), FrontMatter("")) == "https://x.example/docs/guide/start"
    )
    assert publication.url_of(PurePosixPath("a/index.html"), FrontMatter("")) == "https://x.example/docs/a/"
    assert publication.url_of(PurePosixPath("book.pdf"), FrontMatter("")) == "https://x.example/docs/book.pdf"
    assert Publication.of(None, None).url_of(PurePosixPath("a.md"), FrontMatter("")) is None


@pytest.mark.parametrize(
    ("text", "values", "body"),
    [
        ("---\ntitle: 'It''s'\nid: a\n---\nx", {"title": "It", "id": "a"}, "x"),
        ('---\r\ntitle: "A: b" # c\r\n---\r\nx'.replace("\r\n", "\n"), {"title": "A: b"}, "x"),
        ("---\ntags: [a, b]\nnested:\n  slug: no\nslug: yes\n---\n", {"slug": "yes"}, ""),
        ("---\nnot closed\n\nwords", {}, "---\nnot closed\n\nwords"),
        ("words\n---\ntitle: x\n---\n", {}, "words\n---\ntitle: x\n---\n"),
        ("---\n---\nx", {}, "x"),
    ],
)
def test_front_matter(text: str, values: dict[str, str], body: str) -> None:
    found = front_matter(text)
    assert (found.values, found.body) == (values, body)
