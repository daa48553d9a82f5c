// Every page of the frame, wide and on a phone, light and dark: settles, passes axe, fits the window, stays quiet.
import { PHONE, settled, WIDE } from "./bench.mjs";

const ROUTES = { overview: "/", data: "/data/", runs: "/runs/", settings: "/settings/", chat: "/chat/" };
const LOOKS = [
  ["wide-light", { size: WIDE, theme: "light" }],
  ["phone-dark", { size: PHONE, theme: "dark" }],
];

export async function lookAt(bench, page, name) {
  await settled(page);
  await bench.shot(page, name);
  await bench.axe(page);
  await bench.requireNoSideways(page);
}

async function everyLook(bench, address, name, options = {}) {
  for (const [look, { size, theme }] of LOOKS) {
    const page = await bench.page({ size, theme, ...options });
    await page.goto(address);
    await lookAt(bench, page, `${name}-${look}`);
  }
}

export const tests = {
  ...Object.fromEntries(
    Object.entries(ROUTES).map(([name, address]) => [name, (bench) => everyLook(bench, address, name)]),
  ),

  dataset: async (bench) => {
    const { id } = await bench.sharedDataset();
    await everyLook(bench, `/data/?id=${id}`, "dataset");
  },

  run: async (bench) => {
    const { run_id } = await bench.sharedDataset();
    await everyLook(bench, `/runs/?id=${run_id}`, "run");
  },

  "sign-in": async (bench) => {
    bench.allow(/401/);
    await everyLook(bench, "/sign-in/", "sign-in", { isSignedIn: false });
  },

  "an address that is not there": async (bench) => {
    bench.allow(/404/);
    const page = await bench.page();
    await page.goto("/nowhere/");
    await page
      .getByText(/not here|not found|no such page|there is no page/i)
      .first()
      .waitFor();
    await bench.shot(page, "not-found");
    await bench.axe(page);
  },
};
