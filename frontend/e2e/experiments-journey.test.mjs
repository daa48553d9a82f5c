// An experiment over a collection, from its start with a worker that is killed to the chat that it was made for.
import { equal, until } from "./bench.mjs";
import { OwnYard } from "./yards.mjs";

const MANUAL = `# The lighthouse

## Clean the lens

The lens is wiped with spirit of wine on every Thursday. A scratch costs forty crowns.
`;
const N = 20;
const ROWS = Array.from({ length: N }, (_, n) => `What does scratch number ${n + 1} cost?,forty crowns`);

/** A request to the API of the page's own yard. */
const api = (page, method, route, body) =>
  page.evaluate(
    async ([how, where, what]) => {
      const token = /(?:^|;\s*)modelyard_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
      const type = typeof what === "string" ? "application/octet-stream" : "application/json";
      const headers = { "Content-Type": type, "X-CSRF-Token": token };
      const text = typeof what === "string" ? what : JSON.stringify(what);
      const answer = await fetch(`/api/v1${where}`, { method: how, headers, body: what && text });
      if (!answer.ok) throw new Error(`${how} ${where}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    [method, route, body],
  );

/** A collection, questions about it and an LLM that knows the answer only where it is shown the passage. */
async function experiment(ask, { budget = {}, seconds = 0 } = {}) {
  const lines = [{ when: "(?s)forty crowns.*scratch", say: "forty crowns [1]" }];
  const provider = { kind: "scripted", lines, otherwise: "I do not know", seconds_to_first: seconds };
  const { id: llm } = await ask("POST", "/llms", { name: "Keeper", provider });
  const stated = { name: "The lighthouse of scratches", embedder_id: llm };
  const { id: collection } = await ask("POST", "/collections", stated);
  await ask("POST", `/collections/${collection}/documents?filename=manual.md&sync=true`, MANUAL);
  const csv = ["question,answer", ...ROWS].join("\n");
  const { id: dataset } = await ask("POST", "/datasets?name=Scratches&filename=scratches.csv", csv);
  await until("all of it is read", async () => {
    const states = [await ask("GET", `/collections/${collection}`), await ask("GET", `/datasets/${dataset}`)];
    return states.every(({ state }) => state === "ready");
  });
  const { id } = await ask("POST", "/experiments", {
    name: "Does reading pay?",
    samples: { dataset },
    strategies: [{ kind: "naive" }, { kind: "rag", collection, method: "lexical", k: 2 }],
    llms: [{ llm }],
    parameters: { max_tokens: [50] },
    pace: { concurrency: 2 },
    budget,
  });
  return id;
}

export const tests = {
  "a worker that is killed loses no answer, and a budget that is spent is raised": async (bench) => {
    const yard = new OwnYard({ MODELYARD_LEASE: "PT3S" });
    try {
      await yard.start();
      const page = await bench.page({ isSignedIn: false });
      await page.goto(yard.link);
      await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor({ timeout: 180_000 });
      const ask = (method, route, body) => api(page, method, route, body);
      const id = await experiment(ask, { budget: { tokens: 2000 }, seconds: 1.2 });

      await page.goto(`${yard.origin}/experiments/?id=${id}`);
      await page.getByRole("button", { name: "Start" }).click();
      await page.getByRole("progressbar").waitFor();
      const attempt = () => ask("GET", `/experiments/${id}/attempts/1`);
      const before = await until("some answers are there", async () => {
        const { n_done } = await attempt();
        return n_done >= 3 && n_done;
      });
      yard.killWorker();
      await page.getByText(/The worker that asked died, and another took over \(2 of at most 10\)/).waitFor();
      await bench.shot(page, "experiment-taken-over");

      await page.getByText("The budget of 2,000 tokens is spent").waitFor();
      const stopped = await attempt();
      equal(stopped.state, "stopped", "the attempt");
      equal(before < stopped.n_done && stopped.n_done < 2 * N, true, "answers that the budget was enough for");
      equal(stopped.n_input_tokens + stopped.n_output_tokens <= 2000, true, "tokens within the budget");
      await page.getByRole("button", { name: "Resume" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Token budget").fill("100000");
      await dialog.getByRole("button", { name: "Resume" }).click();
      await page.getByText(`Every answer is there: ${2 * N} answers.`).waitFor();
      await page.close();
    } finally {
      await yard.close();
    }
  },

  "what wins by reading a collection is put to use as its chat, which is asked": async (bench) => {
    const ask = (method, route, body) => bench.api(method, route, typeof body === "string" ? Buffer.from(body) : body);
    const id = await experiment(ask);
    await ask("POST", `/experiments/${id}/attempts`, {});
    await until("the experiment is compared", async () => {
      const { state, has_results } = await ask("GET", `/experiments/${id}/attempts/1`);
      return state === "succeeded" && has_results;
    });
    const page = await bench.page();
    await page.goto(`/experiments/?id=${id}`);
    const dialog = page.getByRole("dialog");
    await page.getByRole("tab", { name: "Comparison" }).click();
    await page.getByText(/^rag scores highest: /).waitFor();
    await page.getByRole("region", { name: "Each against each" }).getByText("naive").first().click();
    await page.getByRole("button", { name: "Look at the samples where they differ" }).click();
    await page.getByRole("region", { name: "Answers" }).locator("tr[data-row]").first().click();
    await page.getByText(`1 of ${N}`, { exact: true }).waitFor();
    await page.getByText("1 passage", { exact: true }).click();
    await page.getByText("A scratch costs forty crowns.").first().waitFor();
    await page.getByText("Prompt (1 message)").first().click();
    await page.getByText(/Answer the question from the passages below/).waitFor();
    await bench.shot(page, "experiment-passages");

    await page.getByRole("button", { name: "Promote" }).click();
    await dialog.getByText("The experiment searched by words alone").waitFor();
    await bench.shot(page, "experiment-promote-chat");
    await dialog.getByRole("button", { name: "Promote" }).click();
    await dialog.getByRole("link", { name: "Ask the chat" }).click();
    const box = page.getByLabel("Your question");
    await box.fill("What does a scratch cost?");
    await box.press("Enter");
    await page.getByText(/^forty crowns/).waitFor();
    await bench.shot(page, "experiment-asked");
  },
};
