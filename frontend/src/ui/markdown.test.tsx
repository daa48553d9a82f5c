import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Markdown, MarkdownLine, unwrapped } from "./markdown";

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
