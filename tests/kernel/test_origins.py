"""Origins that a browser key may be bound to, and which pages they let in."""

import pytest

from modelyard.kernel.errors import Invalid
from modelyard.kernel.origins import is_allowed, normalized_origin


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" https://Docs.Example.ORG/ ", "https://docs.example.org"),
        ("https://docs.example.org:443", "https://docs.example.org"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://sách.example.vn", "https://xn--sch-ela.example.vn"),
        ("https://book-*.vercel.app", "https://book-*.vercel.app"),
        ("https://*--book.netlify.app", "https://*--book.netlify.app"),
        ("https://deploy-*-book.acme.co.uk:8443", "https://deploy-*-book.acme.co.uk:8443"),
    ],
)
def test_an_origin_is_kept_as_browsers_spell_it(given: str, kept: str) -> None:
    assert normalized_origin(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        *("", "*", "null", "https://", "https://*", "docs.example.org", "ftp://example.org", "javascript:alert(1)"),
        *("https://*.vercel.app", "https://*.example.org", "https://a*.vercel.app", "https://ab-*.vercel.app"),
        *("https://book-*.com", "https://book-*.co.uk", "https://book.*.app", "https://book-*.*.app"),
        *("https://book-**.vercel.app", "http://book-*.example.org", "https://*book", "https://-book*.vercel.app"),
        *("https://example.org/docs", "https://example.org?x", "https://example.org#x", "https://me@example.org"),
        *("https://example.org:99999", "https://exa mple.org", "https://example..org", "https://" + "a" * 400),
        *("https://ex\\ample.org", "chrome-extension://abc"),
    ],
)
def test_what_is_no_origin_or_too_wide_is_refused_with_its_place(given: str) -> None:
    with pytest.raises(Invalid) as refused:
        normalized_origin(given, path=("origins", 3))
    assert refused.value.fields[0].path == ("origins", 3)
    assert refused.value.hint


ALLOWED = ["https://docs.example.org", "https://book-*.vercel.app", "http://localhost:3000"]


@pytest.mark.parametrize(
    "origin",
    [*ALLOWED[::2], "https://book-git-main-acme.vercel.app", "https://book-1.vercel.app"],
)
def test_pages_of_allowed_origins_may_ask(origin: str) -> None:
    assert is_allowed(origin, ALLOWED)


@pytest.mark.parametrize(
    "origin",
    [
        *(None, "", "null", "*", "https://book-*.vercel.app", "https://book-.vercel.app", "https://book-.evil.app"),
        *("http://docs.example.org", "https://docs.example.org:8443", "https://docs.example.org.evil.com"),
        *("https://evil-docs.example.org", "https://sub.docs.example.org", "https://docs.example.org/"),
        *("https://bookshop.vercel.app", "https://book-x.evil.vercel.app", "https://book-x/.vercel.app"),
        *("https://book-x.vercel.app.evil.com", "https://book-x.vercel.app\n", "https://book-X.vercel.app"),
        *("http://localhost", "http://localhost:3001", "https://docsXexample.org", "https://book-" + "a" * 400),
    ],
)
def test_all_other_pages_may_not(origin: str | None) -> None:
    assert not is_allowed(origin, ALLOWED)
