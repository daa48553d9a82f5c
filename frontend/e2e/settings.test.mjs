import { equal, settled, until } from "./bench.mjs";

export const tests = {
  "an API key is shown once, works, and is gone when revoked": async (bench) => {
    const page = await bench.page();
    await page.goto("/settings/");
    await settled(page);
    await page.getByRole("button", { name: "New key" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Name").fill("nightly upload");
    await form.getByLabel("data:read", { exact: true }).check();
    await bench.shot(page, "settings-new-key");
    await bench.axe(page);
    await page.getByRole("button", { name: "Create key" }).click();
    const dialog = page.getByRole("dialog", { name: /nightly upload/ });
    const key = await dialog.locator("code").innerText();
    await dialog.getByRole("button", { name: "Copy" }).click();
    await bench.shot(page, "settings-key-once");
    equal(await page.evaluate(() => navigator.clipboard.readText()), key, "copied key");
    await dialog.getByRole("button", { name: "Done" }).click();
    equal(await page.getByText(key).count(), 0, "places that still show the key");

    const stranger = await bench.page({ isSignedIn: false });
    const ask = () => stranger.request.get("/api/v1/datasets", { headers: { Authorization: `Bearer ${key}` } });
    equal((await ask()).status(), 200, "status with the key");
    await page.getByRole("button", { name: "Revoke nightly upload" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("No keys yet.").waitFor();
    equal((await ask()).status(), 401, "status with the revoked key");
  },

  "the chosen theme stays": async (bench) => {
    const page = await bench.page({ theme: "light" });
    await page.goto("/settings/");
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.getByText("Dark", { exact: true }).click();
    await until("the page is dark", async () => (await background()) !== light, 5_000);
    const dark = await background();
    await page.reload();
    await page.getByText("As the system").waitFor();
    equal(await background(), dark, "background after a reload");
  },

  "a name can be changed; what the server refuses stands beside its field": async (bench) => {
    bench.allow(/422/);
    const page = await bench.page();
    await page.goto("/settings/");
    await settled(page);
    const name = page.getByLabel("Name");
    await name.fill("Nguyễn Văn Ánh");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.reload();
    equal(await name.inputValue(), "Nguyễn Văn Ánh", "name after a reload");
    await page.getByLabel("New password").fill("password1234");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.locator("[id$=-error]").first().waitFor();
    await bench.shot(page, "settings-refused");
    await bench.axe(page);
  },
};
