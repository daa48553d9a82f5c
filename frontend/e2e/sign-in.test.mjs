import { equal } from "./bench.mjs";

const PASSWORD = "four quiet herons at dawn";

export const tests = {
  "a stranger is asked to sign in and comes back to the page they wanted": async (bench) => {
    bench.allow(/401/);
    const page = await bench.page({ isSignedIn: false });
    await page.goto("/runs/?state=failed");
    await page.waitForURL(/\/sign-in\/\?next=/);
    const email = `stranger-${Date.now()}@example.org`;
    await page.getByRole("tab", { name: "Register" }).click();
    await page.getByLabel("Name").fill("Trần Thị Bích");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Register" }).click();
    await page.waitForURL(/\/runs\/\?state=failed/);
    await page.getByText("No run is in this state").waitFor();

    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(/\/sign-in\//);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("not that one, another");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("E-mail or password is wrong.").waitFor();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  },

  "a link that was used says how to get another": async (bench) => {
    bench.allow(/401/);
    const page = await bench.page({ isSignedIn: false });
    await page.goto(process.env.E2E_SIGN_IN_URL);
    await page.getByText("This link was used already or has expired.").waitFor();
    await bench.shot(page, "sign-in-used-link");
    await bench.axe(page);
  },

  "the way back leads to this yard only": async (bench) => {
    bench.allow(/401/);
    const page = await bench.page({ isSignedIn: false });
    await page.goto("/sign-in/?next=//elsewhere.example/");
    await page.getByRole("tab", { name: "Register" }).click();
    await page.getByLabel("E-mail").fill(`careful-${Date.now()}@example.org`);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Register" }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    equal(new URL(page.url()).pathname, "/", "path after signing in");
  },
};
