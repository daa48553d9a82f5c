// A checkpoint comes in through the browser: refused in the server's words, then taken, followed by a run and served.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { equal, PHONE, settled } from "./bench.mjs";
import { lookAt } from "./pages.test.mjs";

const ROOT = path.resolve(import.meta.dirname, "../..");
const MAKE = `
import shutil, sys
from pathlib import Path
from tests.models.transformers.tiny import checkpoint
shutil.make_archive(sys.argv[1] + "/tiny", "zip", root_dir=checkpoint(Path(sys.argv[1]) / "tiny"))
`;

/** The bytes of a ZIP with a network of two small layers, made here. */
async function tinyZip() {
  const folder = await mkdtemp(path.join(tmpdir(), "checkpoint-"));
  try {
    const python = process.env.PYTHON ?? path.join(ROOT, ".venv/bin/python");
    const env = { ...process.env, OMP_NUM_THREADS: "1", PYTHONPATH: ROOT };
    await promisify(execFile)(python, ["-c", MAKE, folder], { cwd: ROOT, env });
    return await readFile(path.join(folder, "tiny.zip"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const open = async (bench, options) => {
  const page = await bench.page(options);
  await page.goto("/models/");
  await settled(page);
  await page.getByRole("button", { name: "Add a checkpoint" }).click();
  await page.getByText("The folder that save_pretrained wrote").waitFor();
  return page;
};

const choose = (page, name, buffer) =>
  page.getByLabel("ZIP of the checkpoint").setInputFiles({ name, mimeType: "application/zip", buffer });
const add = (page) => page.getByRole("button", { name: "Add", exact: true });

export const tests = {
  "what is no checkpoint is refused in words": async (bench) => {
    bench.allow(/422/);
    const page = await open(bench);
    equal(await add(page).isDisabled(), true, "nothing chosen yet");
    await choose(page, "holiday.zip", Buffer.from("no ZIP at all"));
    await add(page).click();
    await page.getByRole("alert").getByText("This is not a whole ZIP file").waitFor();
    await page.getByRole("button", { name: "Choose again" }).click();
    await page.getByRole("tab", { name: "Hugging Face hub" }).click();
    await page.getByText("nothing else here fetches anything").waitFor();
    await page.getByLabel("Checkpoint on the hub").fill("../../etc/passwd");
    await page.keyboard.press("Enter");
    await page.getByText("is no id of the hub: it reads owner/name.").waitFor();
    await bench.axe(page);
  },

  "a ZIP becomes a model; its run is found again after a reload": async (bench) => {
    const [zip, page] = await Promise.all([tinyZip(), open(bench, { size: PHONE })]);
    const name = `Tiny reviews ${Date.now()}`;
    await choose(page, "tiny.zip", zip);
    await page.getByLabel("Name").fill(name);
    await add(page).click();
    await page.waitForURL(/add=rn_/);
    await page.reload();
    await page.getByText("The checkpoint is a model now.").waitFor({ timeout: 180_000 });
    await lookAt(bench, page, "checkpoint-added-phone-light");
    await page.getByRole("link", { name: "Open the model" }).click();
    await page.getByRole("heading", { name, level: 1 }).waitFor();
  },
};
