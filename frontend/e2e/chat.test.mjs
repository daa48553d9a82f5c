// Collections: documents in, cited answers out, what they do not say, LLMs that are scripted, and states of documents.
import { equal, PHONE, settled, until } from "./bench.mjs";

const MANUAL = `# Manual of the lighthouse

## Light the lamp

Turn the brass key twice before you press the ignition button. The lamp burns whale oil, never paraffin.

1. Open the shutter on the sea side.
2. Press the ignition button for five seconds.

## Clean the lens

The Fresnel lens is wiped with spirit of wine on every Thursday. A scratch costs forty crowns.
`;
/** What is found is found among others; one is of another script, one runs from right to left. */
const OTHERS = {
  "storm.md": "# Đèn báo bão\n\nKhi có bão, người gác đèn treo ba đèn đỏ ở phía biển và ghi giờ vào sổ trực.\n",
  "log.md": "# السجل\n\nيكتب الحارس اتجاه الريح كل ساعة في السجل الأزرق.\n",
  "boat.md": "# The supply boat\n\nThe boat brings flour and mail on the first of each month, weather permitting.\n",
  "garden.md": "# The garden\n\nPotatoes grow behind the wall; goats must be kept from the cabbages at all times.\n",
};
const KEY_WORDS = "Turn the brass key twice before you press the ignition button.";

let made = null;

/** A collection that is indexed; made by whoever asks first. */
function lighthouse(bench) {
  made ??= make(bench);
  return made;
}

async function make(bench) {
  const { id } = await bench.api("POST", "/collections", { name: "The lighthouse" });
  await fill(bench, id, { "manual.md": MANUAL, ...OTHERS });
  return ready(bench, id);
}

/** All of them, then one sync. */
async function fill(bench, id, files) {
  const all = Object.entries(files);
  for (const [index, [file, text]] of all.entries()) {
    const isLast = index === all.length - 1;
    await bench.api("POST", `/collections/${id}/documents?filename=${file}&sync=${isLast}`, Buffer.from(text));
  }
}

const ready = (bench, id) =>
  until("the collection is indexed", async () => {
    const found = await bench.api("GET", `/collections/${id}`);
    return found.state === "ready" || found.state === "failed" ? found : null;
  });

async function ask(page, question) {
  const box = page.getByLabel("Your question");
  await box.fill(question);
  await box.press("Enter");
}

/** Holds back what the server answers to addresses of this shape; the function that is returned lets it arrive. */
async function held(page, shape) {
  let open;
  const isOpen = new Promise((resolve) => {
    open = resolve;
  });
  await page.route(shape, async (route) => {
    await isOpen;
    await route.continue();
  });
  return async () => {
    const arrived = page.waitForResponse(shape);
    open();
    await (await arrived).finished();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
  };
}

export const tests = {
  "documents are added, asked and cited; a citation opens the very words": async (bench) => {
    const page = await bench.page();
    await page.goto("/chat/");
    await settled(page);
    await page.getByRole("button", { name: "New collection" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Documents to add", { exact: true }).setInputFiles(
      Object.entries({ "lighthouse-manual.md": MANUAL, ...OTHERS }).map(([name, text]) => ({
        name,
        mimeType: "text/markdown",
        buffer: Buffer.from(text),
      })),
    );
    equal(await dialog.getByLabel("Name").getAttribute("placeholder"), "lighthouse manual", "the name that is offered");
    await dialog.getByLabel("Published at").fill("https://lighthouse.example/docs/");
    await bench.shot(page, "chat-new");
    await bench.axe(page);
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByRole("cell", { name: /Manual of the lighthouse/ }).waitFor({ timeout: 180_000 });
    await page.getByRole("region", { name: "Documents" }).getByText("Indexed").first().waitFor({ timeout: 180_000 });
    await page.getByText(/100 % of \d+ words are indexed/).waitFor({ timeout: 180_000 });
    await bench.shot(page, "chat-documents");
    await bench.axe(page);

    await page.getByRole("tab", { name: "Ask" }).click();
    await ask(page, "What do I do before I press the ignition button?");
    const citation = page.getByRole("button", { name: /^Citation 1: Manual of the lighthouse/ });
    await citation.first().waitFor({ timeout: 180_000 });
    await page.getByText("Quoted passages").waitFor();
    await citation.first().click();
    const marked = page.getByRole("complementary", { name: "Manual of the lighthouse" }).locator("mark").first();
    await marked.waitFor();
    equal((await marked.innerText()).includes("Turn the brass key twice"), true, "the cited words are marked");
    equal(await marked.isVisible(), true, "the marked words are in sight");
    await bench.shot(page, "chat-cited");
    await bench.axe(page);
    await page.reload();
    await marked.waitFor();
    await page.getByRole("link", { name: "Open the document" }).click();
    await page.getByRole("heading", { name: "Manual of the lighthouse", level: 1 }).waitFor();
    equal(
      (await page.locator("mark").first().innerText()).includes("Turn the brass key"),
      true,
      "marked on its own page",
    );
    await page.getByRole("button", { name: "Chunks" }).click();
    await page.getByRole("button", { name: /Chunk 1/ }).waitFor();
    await bench.axe(page);
  },

  "what the documents do not say is not answered; feedback is kept with its comment": async (bench) => {
    const { id, endpoint_id: endpointId } = await lighthouse(bench);
    const page = await bench.page({ size: PHONE, theme: "dark" });
    await page.goto(`/chat/?id=${id}&tab=ask`);
    const letArrive = await held(page, /\/sessions\/[^/]+$/);
    await ask(page, "Which football club won the cup in 1987?");
    await page.getByText("The documents do not say").waitFor({ timeout: 180_000 });
    equal(await page.getByRole("button", { name: /^Citation/ }).count(), 0, "citations of no answer");
    await page.getByRole("button", { name: "Bad answer" }).click();
    const comment = page.getByLabel("What was wrong or missing?");
    await comment.fill("It should know football.");
    // The conversation as the server keeps it comes in the middle of the comment.
    await letArrive();
    equal(await comment.inputValue(), "It should know football.", "what is being written");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Thank you. It is kept with the answer.").waitFor();
    await bench.shot(page, "chat-abstained");
    await bench.requireNoSideways(page);
    await bench.axe(page);
    const session = new URL(page.url()).searchParams.get("session");
    const kept = await bench.api("GET", `/endpoints/${endpointId}/sessions/${session}`);
    equal(kept.turns[0].feedback.comment, "It should know football.", "the comment that is kept");

    await page.getByRole("tab", { name: "Readers" }).click();
    await page.getByText("It should know football.").first().waitFor();
    await bench.requireNoSideways(page);
    await bench.axe(page);
  },

  "an LLM is added and checked; what is scripted says so, and a busy provider can be asked again": async (bench) => {
    const { id } = await lighthouse(bench);
    const page = await bench.page();
    await page.goto("/settings/?add=llm");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Provider").selectOption("scripted");
    await dialog.getByLabel("Name").fill("Demo keeper");
    await bench.axe(page);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: "Check Demo keeper" }).click();
    await page.getByText(/Answered in/).waitFor();
    await bench.shot(page, "chat-llms");
    await bench.axe(page);

    const llm = (await bench.api("GET", "/llms")).items.find(({ name }) => name === "Demo keeper");
    const provider = (more) => ({
      kind: "scripted",
      lines: [{ when: "lamp", say: `Turn the key first. [1 "${KEY_WORDS}"] Then **press** the button.` }],
      ...more,
    });
    await bench.api("PATCH", `/llms/${llm.id}`, { provider: provider({ fail: "500" }) });
    await page.goto(`/chat/?id=${id}&tab=settings`);
    await page.getByLabel("LLM", { exact: true }).selectOption({ label: "Demo keeper (scripted)" });
    await page.getByText("Saved.").waitFor();
    await bench.axe(page);
    await page.getByRole("tab", { name: "Ask" }).click();
    await ask(page, "How do I light the lamp with the brass key and the ignition button?");
    const failed = page.getByRole("alert").filter({ hasText: "The answer could not be finished" });
    await failed.waitFor({ timeout: 180_000 });
    await bench.axe(page);
    await bench.api("PATCH", `/llms/${llm.id}`, { provider: provider({}) });
    await failed.getByRole("button", { name: "Ask again" }).click();
    await page.getByRole("button", { name: /^Citation 1/ }).waitFor({ timeout: 180_000 });
    await page.getByText("Scripted", { exact: true }).waitFor();
    equal(await page.locator("article b").innerText(), "press", "what is bold in the answer");
    equal(await failed.count(), 0, "failures that are left");
    await bench.api("PATCH", `/collections/${id}`, { llm_id: null });
  },

  "documents that fail say why; search shows what is found; names and texts of any script fit": async (bench) => {
    const name =
      "Sổ tay của người gác đèn biển ở một hòn đảo rất xa, bản in lần thứ ba có sửa chữa và bổ sung 灯台守の手引き";
    const { id } = await bench.api("POST", "/collections", { name });
    await fill(bench, id, { ...OTHERS, "broken.pdf": "%PDF-1.4 this is no PDF" });
    await ready(bench, id);
    const page = await bench.page({ size: PHONE });
    await page.goto(`/chat/?id=${id}&tab=documents`);
    await page.getByText("1 document failed").first().waitFor();
    await page.getByRole("button", { name: "Show them" }).click();
    await page.getByRole("cell", { name: /broken.pdf/ }).click();
    await page.getByText("Why it is not indexed").waitFor();
    await bench.shot(page, "chat-failed");
    await bench.requireNoSideways(page);
    await bench.axe(page);
    await page.getByRole("button", { name: "Close panel" }).click();
    await page.getByRole("tab", { name: "Search" }).click();
    await page.getByLabel("Search the documents").fill("ba đèn đỏ khi có bão");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page
      .getByText(/treo ba đèn đỏ/)
      .first()
      .waitFor();
    await page
      .getByText(/by words 1/)
      .first()
      .waitFor();
    await bench.requireNoSideways(page);
    await bench.axe(page);
    await bench.api("DELETE", `/collections/${id}`);
    bench.allow(/404/);
    await page.goto(`/chat/?id=${id}`);
    await page.getByText("There is no such collection here.").waitFor();
  },

  "test questions are written and measured; a collection is deleted with what belongs to it": async (bench) => {
    const { id } = await bench.api("POST", "/collections", { name: "Keepers" });
    await fill(bench, id, { "manual.md": MANUAL, ...OTHERS });
    await ready(bench, id);
    const page = await bench.page({ theme: "dark" });
    await page.goto(`/chat/?id=${id}&tab=quality`);
    await settled(page);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Question").fill("What is turned before the ignition button is pressed?");
    await dialog.getByLabel("Exact words that know it").fill(KEY_WORDS);
    await bench.axe(page);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("cell", { name: /What is turned before/ }).waitFor();
    await page.getByRole("button", { name: "Measure now" }).click();
    await page.getByRole("rowheader", { name: "Truth is the first passage" }).waitFor({ timeout: 180_000 });
    await page.getByText("What is turned before the ignition button is pressed?").first().waitFor();
    await bench.shot(page, "chat-quality");
    await bench.axe(page);
    await page.getByRole("tab", { name: "Share" }).click();
    await page.getByRole("button", { name: "New browser key" }).click();
    await page.getByLabel("Origins").fill("https://docs.example.org");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByText("https://docs.example.org").first().waitFor();
    await bench.axe(page);
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Delete collection" }).click();
    await page.getByText("5 documents with the index").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Delete collection" }).click();
    await page.getByRole("heading", { name: "Chat", level: 1 }).waitFor();
    equal(
      await page.getByRole("cell", { name: "Keepers", exact: true }).count(),
      0,
      "the deleted collection in the list",
    );
  },
};
