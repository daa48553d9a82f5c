// Audits: a ZIP becomes a report that people read, filter, mend by, and compare with the one before. Bundles: made for a
// platform from its own form, read, audited, taken away.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { equal, PHONE } from "./bench.mjs";

const FILES = {
  Dockerfile:
    'FROM python:3.12-slim\nCOPY . /app\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]\n',
  "main.py":
    'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/health")\ndef health() -> str:\n    return "ok"\n',
  "README.md": "---\ntitle: Demo\nsdk: docker\n---\n# Demo\n",
  "requirements.txt": "fastapi==0.165.0\nuvicorn==0.54.0\n",
};

/** The files as a ZIP, packed by Python, which every machine with a yard has. */
function zipped(files) {
  const folder = mkdtempSync(path.join(tmpdir(), "modelyard-zip-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.join(folder, "in", path.dirname(name)), { recursive: true });
      writeFileSync(path.join(folder, "in", name), text);
    }
    const code = "import shutil, sys; shutil.make_archive(sys.argv[1], 'zip', sys.argv[2])";
    execFileSync("python3", ["-c", code, path.join(folder, "out"), path.join(folder, "in")]);
    return readFileSync(path.join(folder, "out.zip"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function audit(page, name, files) {
  await page.goto("/deploy/");
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name: `${name}.zip`, mimeType: "application/zip", buffer: zipped(files) });
  await page.getByRole("heading", { name: /^Findings/ }).waitFor({ timeout: 180_000 });
}

export const tests = {
  "a code base is audited, read, filtered, exported, and audited again once it is mended": async (bench) => {
    const page = await bench.page();
    const name = `space-${Date.now()}`;
    await audit(page, name, FILES);
    await page.getByRole("button", { name: /Hugging Face Spaces.*Ready with changes/ }).waitFor();
    const port = page.getByRole("article").filter({ hasText: "HF003" });
    await port.getByText("8000").first().waitFor();
    await port.getByText("The change").click();
    await port.getByText("+app_port: 8000").waitFor();
    await port.getByText("About this rule").click();
    await port.getByText("Why it matters").waitFor();
    await bench.axe(page);

    await page.getByRole("combobox", { name: "Severity" }).selectOption("error");
    const shown = await page.getByRole("article").count();
    await page.getByRole("searchbox").fill("app_port");
    equal((await page.getByRole("article").count()) <= shown, true, "a filter narrows");
    await page.getByRole("searchbox").fill("nothing of the kind");
    await page.getByRole("button", { name: "Show all" }).click();
    await page.waitForURL((url) => !url.searchParams.has("severity") && !url.searchParams.has("find"));
    equal(await page.getByRole("searchbox").inputValue(), "", "the words that were sought");

    await page.getByRole("button", { name: "Export" }).click();
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "SARIF" }).click(),
    ]);
    equal(JSON.parse(readFileSync(await saved.path(), "utf8")).version, "2.1.0", "the form of the file");

    await audit(page, name, {
      ...FILES,
      "README.md": FILES["README.md"].replace("docker\n", "docker\napp_port: 8000\n"),
    });
    await page.getByRole("heading", { name: /^Gone since the last audit/ }).waitFor();
    equal(await page.getByRole("article").filter({ hasText: "HF003" }).count(), 0, "what was mended is gone");
    await page.goto("/deploy/");
    await page.getByText(/gone/).first().waitFor();
    await bench.axe(page);
  },

  "an audit that fails says why, and goes; on a phone in the dark a report is read": async (bench) => {
    bench.allow(/4\d\d/);
    const page = await bench.page({ size: PHONE, theme: "dark" });
    await page.goto("/deploy/");
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({ name: "broken.zip", mimeType: "application/zip", buffer: Buffer.from("no archive") });
    await page.getByText("The audit did not finish").waitFor({ timeout: 180_000 });
    await page.getByText(/no ZIP that can be read/).waitFor();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Delete the audit" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("heading", { name: "Deploy", level: 1 }).waitFor();
    await audit(page, "phone", FILES);
    await bench.requireNoSideways(page);
    await bench.axe(page);
    await page.goto("/deploy/?id=au_none");
    await page.getByText("There is no audit").waitFor();
  },

  "a bundle is refused in a sentence, made, read, opened in the report, taken as a ZIP, and goes": async (bench) => {
    bench.allow(/422|404/);
    const page = await bench.page();
    let tell;
    const isAsked = new Promise((resolve) => {
      tell = resolve;
    });
    await page.route(/\/api\/v1\/bundles\?/, async (route) => {
      await isAsked;
      await route.continue();
    });
    await page.goto("/deploy/?tab=bundles");
    await page.getByRole("button", { name: "Make a bundle" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    tell();
    await page.getByText("Ship it to a host of your own choice").waitFor({ state: "attached" });
    await dialog.getByRole("combobox", { name: "Platform" }).selectOption("vercel");
    await dialog.getByRole("button", { name: "Make a bundle" }).click();
    await dialog.getByText("The pages would not find their API").waitFor();
    await bench.axe(page);

    await dialog.getByRole("combobox", { name: "Platform" }).selectOption("render");
    await dialog.getByRole("textbox", { name: "Service" }).fill("ada-yard");
    await dialog.getByRole("button", { name: "Make a bundle" }).click();
    await page.getByRole("heading", { name: "Modelyard for Render", level: 1 }).waitFor();
    await page.getByText("Nothing at error or above.").waitFor({ timeout: 180_000 });
    await page.getByRole("cell", { name: "DATABASE_URL" }).waitFor();
    await page.locator("summary").filter({ hasText: "render.yaml" }).click();
    await page.getByText("name: ada-yard").waitFor();
    await bench.axe(page);
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download ZIP" }).click(),
    ]);
    equal(saved.suggestedFilename(), "modelyard-render.zip", "the name of the file");
    const names = execFileSync("python3", ["-m", "zipfile", "-l", await saved.path()]).toString();
    equal(/^Dockerfile /m.test(names) && /^wheels\/modelyard-.*whl /m.test(names), true, "what the ZIP holds");

    const made = page.url();
    await page.getByRole("link", { name: "Open the report" }).click();
    await page.getByRole("button", { name: /Render.*Ready/ }).waitFor();
    await page.goto(made);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Delete the bundle" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.waitForURL(/tab=bundles/);
    await page.goto(made);
    await page.getByText("There is no bundle").waitFor();
  },

  "the package that this server runs is audited": async (bench) => {
    const page = await bench.page();
    await page.goto("/deploy/");
    await page.getByRole("button", { name: "More to audit" }).click();
    await page.getByRole("menuitem", { name: "This yard's own code" }).click();
    await page.getByText("as it is installed").waitFor({ timeout: 180_000 });
    equal(
      await page
        .getByRole("article")
        .filter({ hasText: /Critical|Error/ })
        .count(),
      0,
      "grave findings",
    );
  },
};
