import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { crc32, zip } from "./zip";

const READ = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps({name: archive.read(name).decode() for name in archive.namelist()}))
`;

describe("a ZIP", () => {
  it("knows the check value of CRC-32", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });

  it("is read by another program, with its paths and letters", async () => {
    const files = { "guide/đầu tiên.md": "# Xin chào\n", "b.txt": "", "c/d/e.md": "x".repeat(70_000) };
    const made = await zip(Object.entries(files).map(([name, text]) => ({ path: name, content: new Blob([text]) })));
    const at = path.join(mkdtempSync(path.join(tmpdir(), "zip-")), "made.zip");
    writeFileSync(at, Buffer.from(await made.arrayBuffer()));
    expect(JSON.parse(execFileSync("python3", ["-c", READ, at], { encoding: "utf8" }))).toEqual(files);
  });
});
