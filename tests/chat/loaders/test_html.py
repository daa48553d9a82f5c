"""Web pages: their main part, with the anchors that they have, and nothing that a browser does not show."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.loaders.html import HtmlLoader
from tests.chat.loaders.reading import coverage, read, shown

DOCUSAURUS = """<!doctype html><html lang="en"><head><title>Leases | Yard</title><style>.a{}</style></head><body>
<nav class="navbar">Menu Blog</nav><div class="sidebar">All pages</div>
<main><div class="row"><article><nav class="theme-doc-breadcrumbs">Home / Leases</nav>
<div class="theme-doc-toc-mobile">On this page</div>
<div class="theme-doc-markdown markdown"><header><h1>Leases</h1></header>
<p>A worker <b>re</b>news its <a href="/x">lease</a>.</p>
<h2 class="anchor" id="set-up">Set up<a href="#set-up" class="hash-link" title="Direct link">&#8203;</a></h2>
<div class="theme-admonition theme-admonition-note"><div><span aria-hidden="true">i</span>note</div>
<p>Take care.</p></div>
<div class="tabs-container"><ul role="tablist"><li role="tab">npm</li><li role="tab">yarn</li></ul>
<div role="tabpanel">npm install</div><div role="tabpanel" hidden>yarn add</div></div>
<div class="language-js codeBlockContainer"><pre
class="language-js"><code><span class="token-line">let a = 1<br></span><span
class="token-line">let b<br></span></code></pre><button>Copy</button></div>
<table><thead><tr><th>Name</th><th>Use</th></tr></thead><tbody><tr><td>a</td><td><p>b</p><p>c</p></td></tr></tbody></table>
<ol start="3"><li>third<ul><li>deep</li></ul></li><li><p>fourth</p><pre>code</pre><p>after</p></li></ol>
<details><summary>More</summary><div>Inside</div></details>
</div><footer>Edit this page</footer></article></div></main>
<footer>Copyright</footer><script>var x = "script words"</script></body></html>"""

SPHINX = """<html><head><title>os — Misc — Python docs</title></head><body><div class="related">index</div>
<div class="document"><div class="documentwrapper"><div class="body" role="main"><section id="module-os">
<h1>os<a class="headerlink" href="#module-os" title="Link">¶</a></h1>
<dl class="py function"><dt id="os.getcwd"><span>os.</span><span>getcwd</span>()<a class="headerlink">¶</a></dt>
<dd><p>Return a string.</p><p>Changed in 3.8.</p></dd></dl>
<div class="highlight-python3"><div class="highlight"><pre><span>import</span> os
os.getcwd()</pre></div></div></section></div></div></div><div class="sphinxsidebar">Search</div></body></html>"""


def test_a_page_of_docusaurus() -> None:
    document = read(HtmlLoader, DOCUSAURUS, "leases.html")
    assert (document.title, document.blocks[1].anchor) == ("Leases", None)
    assert shown(document) == [
        ("heading", "Leases"),
        ("paragraph", "A worker renews its lease."),
        ("heading", "Set up"),
        ("admonition", "note"),
        ("admonition", "Take care."),
        ("list", "- npm\n- yarn"),
        ("paragraph", "npm install"),
        ("paragraph", "yarn add"),
        ("code", "let a = 1\nlet b"),
        ("table", "Name | Use\na | b c"),
        ("list", "3. third\n  - deep\n4. fourth"),
        ("code", "code"),
        ("list", "after"),
        ("caption", "More"),
        ("paragraph", "Inside"),
    ]
    assert [(block.anchor, block.level) for block in document.blocks if block.kind == "heading"] == [
        (None, 1),
        ("set-up", 2),
    ]
    assert [block.language for block in document.blocks if block.kind == "code"] == ["js", None]
    assert 0.99 <= coverage(document) <= 1.1


def test_a_page_of_sphinx() -> None:
    document = read(HtmlLoader, SPHINX, "os.html")
    assert shown(document) == [
        ("heading", "os"),
        ("paragraph", "os.getcwd()\nReturn a string."),
        ("paragraph", "Changed in 3.8."),
        ("code", "import os\nos.getcwd()"),
    ]
    assert document.blocks[0].anchor == "module-os"
    assert document.blocks[-1].language == "python3"
    assert coverage(document) == 1


def test_a_manual_page_without_marks_is_taken_whole() -> None:
    page = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Chapter 2</title></head><body>'
        '<div class="navheader"><a href="x">Prev</a></div>'
        '<div class="sect1"><h2 class="title"><a id="apt"/>2.1. Apt</h2>'
        '<div class="note"><table><tr><td><img alt="" src="n.png"/></td><th>Note</th></tr>'
        "<tr><td>Mind it.</td></tr></table>"
        "</div><p>It installs packages for the administrator of the system.</p>"
        '<h2 class="title"><a id="dpkg"/>2.2. Dpkg</h2><p>Below it.</p></div></body></html>'
    )
    document = read(HtmlLoader, page, "ch02.html")
    assert [block.anchor for block in document.blocks if block.kind == "heading"] == ["apt", "dpkg"]
    assert shown(document)[1:3] == [("admonition", "Note"), ("admonition", "Mind it.")]
    assert "Prev" not in document.text
    assert coverage(document) == 1


def test_logos_and_banners_above_the_first_heading_are_no_text() -> None:
    page = (
        '<body><div id="banner"><a href="http://x.example/get/"><span>Download the ebook</span></a></div>'
        '<p id="title"><a class="left" href="http://x.example"><img alt="Product Site" src="l.png"/></a>'
        '<a class="right" href="index.html"><img alt="Documentation Site" src="r.png"/></a></p>'
        '<p><a href="large.png"><img alt="The yard at night" src="small.png"/></a></p>'
        '<div class="chapter"><h1>Network</h1><p>The network is up.</p>'
        '<p><a href="more.html">Read on</a></p></div></body>'
    )
    document = read(HtmlLoader, page, "network.html")
    assert [text for _, text in shown(document)] == ["The yard at night", "Network", "The network is up.", "Read on"]
    assert coverage(document) == 1


def test_navigation_of_a_page_without_marks_is_left_out() -> None:
    links = "".join(f'<li><a href="/{n}">Page number {n} of the site</a></li>' for n in range(60))
    words = "".join(
        f"<p>The scheduler, which is sentence {n}, gives leases to workers that ask.</p>" for n in range(12)
    )
    document = read(
        HtmlLoader, f"<body><div id=menu><ul>{links}</ul></div><div class=story>{words}</div></body>", "a.html"
    )
    assert "Page number 59" not in document.text
    assert "sentence 11" in document.text


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>secret</p>",
        '<p style="display: none">secret</p>',
        '<p style="font-size:0px">secret</p>',
        '<span class="sr-only">secret</span>',
        '<div aria-hidden="true">secret</div>',
        "<template>secret</template>",
        "<!-- secret -->",
        "<noscript>secret</noscript>",
    ],
)
def test_what_a_browser_hides_is_out(hidden: str) -> None:
    assert "secret" not in read(HtmlLoader, f"<main><p>Seen words</p>{hidden}</main>", "a.html").text


def test_the_declared_encoding_is_believed() -> None:
    page = '<meta charset="iso-8859-2"><main><p>Zażółć gęślą jaźń</p></main>'.encode("iso-8859-2")
    assert read(HtmlLoader, page, "a.html").text == "Zażółć gęślą jaźń"


def test_a_page_that_only_javascript_fills_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="without JavaScript"):
        read(HtmlLoader, '<html><body><div id="root"></div><script>render()</script></body></html>', "a.html")


def test_a_page_nested_deeper_than_the_stack_is_read() -> None:
    assert read(HtmlLoader, "<div>" * 2_000 + "words" + "<ul><li>" * 500 + "deep", "a.html").text
    with pytest.raises(UnreadableDocument, match="nested"):
        read(HtmlLoader, "<div>" * 100_000 + "words", "a.html")


TAGS = st.sampled_from(
    ["<p>", "</p>", "<ul>", "</ul>", "<li>", "<table>", "<tr>", "<td>", "</table>", "<pre>", "</pre>", "<h2 id=a>",
     "</h2>", "<dl>", "<dt>", "<dd>", "</dl>", "<blockquote>", "</blockquote>", "<b>", "<br>", "<div class=note>",
     "</div>", "<", "&", "<!--", "<a/>"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(TAGS | st.integers(0, 99).map(lambda n: f"w{n} "), max_size=40))
def test_no_tags_fail(parts: list[str]) -> None:
    read(HtmlLoader, "<main><p>begin</p>" + "".join(parts), "a.html")
