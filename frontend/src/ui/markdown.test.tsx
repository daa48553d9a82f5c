import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { type Mark, Markdown, MarkdownLine, unwrapped } from "./markdown";

const html = (text: string) => render(<Markdown text={text} />).container.innerHTML;

describe("text that was wrapped at a fixed width", () => {
  it("flows, and its paragraphs and list items stay apart", () => {
    const page = "One sentence over\ntwo lines.\n\n- `first`: goes on\n  here;\n- second.";
    expect(unwrapped(page)).toBe("One sentence over two lines.\n\n- `first`: goes on here;\n- second.");
    expect(html(unwrapped(page))).toContain("<ul><li><code>first</code>: goes on here;</li><li>second.</li></ul>");
  });

  it("is one line in help", () => {
    const line = render(<MarkdownLine text="- `leave` keeps <b>" />).container.innerHTML;
    expect(line).toBe("- <code>leave</code> keeps &lt;b&gt;");
  });
});

describe("a little Markdown", () => {
  it("knows headings, lists, bold, italic and code, also inside each other", () => {
    expect(html("# Why\nfirst\nsecond\n\n- **robust *and* fast**\n- `a*b`")).toBe(
      "<strong>Why</strong><p>first\nsecond</p><ul><li><b>robust <i>and</i> fast</b></li><li><code>a*b</code></li></ul>",
    );
  });

  it("links to the web, and nowhere else", () => {
    expect(html("[docs](https://example.org)")).toContain('href="https://example.org"');
    expect(html("[docs](https://example.org)")).toContain('rel="noopener noreferrer"');
    expect(html("[x](javascript:alert(1)) [y](data:text/html,z)")).not.toContain("<a");
  });

  it("shows markup of other kinds as it was typed", () => {
    expect(html('<img src=x onerror="alert(1)">')).toBe('<p>&lt;img src=x onerror="alert(1)"&gt;</p>');
    expect(html("2 * 3 ** 4 `")).toBe("<p>2 * 3 ** 4 `</p>");
    expect(html("")).toBe("");
  });
});

describe("Markdown of an answer", () => {
  const answer = (text: string) => render(<Markdown text={text} canLink={false} />).container.innerHTML;

  it("keeps code as it is, also while it is still being written", () => {
    expect(answer("Run:\n```sh\napt  install **x**\n\n[1]\n```\nthen")).toBe(
      '<p>Run:</p><pre tabindex="0"><code>apt  install **x**\n\n[1]</code></pre><p>then</p>',
    );
    expect(answer("```\napt")).toBe('<pre tabindex="0"><code>apt</code></pre>');
  });

  it("knows numbered and nested lists, quotes and tables", () => {
    expect(answer("2. a\n   - b\n   - c\n3. d")).toBe(
      '<ol start="2"><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ol>',
    );
    expect(answer("> one\n> two")).toBe("<blockquote><p>one\ntwo</p></blockquote>");
    expect(answer("| a | b |\n|---|:-:|\n| 1 | x\\|y |")).toBe(
      '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>1</td><td>x|y</td></tr></tbody></table>',
    );
  });

  it("shows of links and pictures only what they are called", () => {
    expect(answer("[here](https://example.org) ![p](https://x.y/z.png)")).toBe("<p>here p</p>");
  });

  it("draws the marks of the page, also inside of emphasis", () => {
    const text = "**Bold [1]** and [2]";
    const marks: Mark[] = [[/\[(\d)\]/, ([, n]) => <sup>{n}</sup>]];
    expect(render(<Markdown text={text} marks={marks} />).container.innerHTML).toBe(
      "<p><b>Bold <sup>1</sup></b> and <sup>2</sup></p>",
    );
  });
});
