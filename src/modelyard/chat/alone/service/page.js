const by = (id) => document.getElementById(id);

function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

// Nothing of an answer becomes markup but what is made here: text is only ever put in as text.
function inline(text) {
  return text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*|\[\d{1,3}\])/).map((part) => {
    if (/^`.+`$/s.test(part)) return element("code", {}, part.slice(1, -1));
    if (/^\*\*.+\*\*$/s.test(part)) return element("strong", {}, part.slice(2, -2));
    const number = /^\[(\d{1,3})\]$/.exec(part)?.[1];
    if (!number) return part;
    return element("sup", {}, element("a", { href: `#citation-${number}`, ariaLabel: `Citation ${number}` }, number));
  });
}

function block(text) {
  const lines = text.split("\n");
  const isBullets = lines.every((line) => /^\s*([-*•])\s/.test(line));
  if (isBullets || lines.every((line) => /^\s*\d{1,3}[.)]\s/.test(line))) {
    const items = lines.map((line) => element("li", {}, ...inline(line.replace(/^\s*\S+\s/, ""))));
    return element(isBullets ? "ul" : "ol", {}, ...items);
  }
  return element("p", {}, ...lines.flatMap((line, i) => (i ? [element("br"), ...inline(line)] : inline(line))));
}

function formatted(text) {
  const found = [];
  for (const part of text.split(/(^(`{3,})[^\n]*\n[\s\S]*?(?:\n\2[ \t]*$|$(?![\s\S])))/m)) {
    if (!part || /^`{3,}$/.test(part)) continue;
    if (part.startsWith("```")) {
      const code = part.replace(/^`{3,}[^\n]*\n/, "").replace(/\n`{3,}[ \t]*$/, "");
      found.push(element("pre", { tabIndex: 0 }, element("code", {}, code)));
    } else {
      found.push(...part.split(/\n{2,}/).map((each) => each.replace(/^\n+|\s+$/g, "")).filter(Boolean).map(block));
    }
  }
  return found;
}

const isLink = (address) => /^https?:\/\//.test(address ?? "");

async function show(citation) {
  const place = `start=${citation.start}&end=${citation.end}`;
  const answer = await fetch(`api/v1/documents/${encodeURIComponent(citation.document_id)}/words?${place}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error([body.detail, body.hint].filter(Boolean).join(" "));
  by("words-title").textContent = body.title;
  const marked = element("mark", {}, body.quote);
  const [before, after] = [body.begins_document ? "" : "… ", body.ends_document ? "" : " …"];
  by("words-text").replaceChildren(before + body.before, marked, body.after + after);
  by("words-link").hidden = !isLink(citation.url);
  if (isLink(citation.url)) by("words-link").href = citation.url;
  by("words").showModal();
  marked.scrollIntoView({ block: "center" });
}

function cited(citation) {
  const where = [...new Set([citation.title, ...citation.headings])].join(" › ");
  const actions = element("div", { className: "do" });
  if (citation.document_id) {
    const button = element("button", { className: "plain", type: "button" }, "Show it in the document");
    button.addEventListener("click", () => show(citation).catch(told));
    actions.append(button);
  }
  if (isLink(citation.url)) {
    actions.append(element("a", { href: citation.url, target: "_blank", rel: "noopener noreferrer" }, "Open the page"));
  }
  const title = `${citation.n}. ${where}${citation.page ? `, page ${citation.page}` : ""}`;
  const parts = [element("p", { className: "where" }, title), element("blockquote", {}, citation.quote), actions];
  return element("li", { id: `citation-${citation.n}` }, ...parts);
}

function told(error) {
  by("problem").textContent = error.message || String(error);
}

function fill(said, citations) {
  by("answer").hidden = false;
  by("said").replaceChildren(...formatted(said));
  by("cited").hidden = citations.length === 0;
  by("citations").replaceChildren(...citations.map(cited));
}

async function* events(body) {
  let held = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const parts = (held + piece).split("\n\n");
    held = parts.pop();
    for (const part of parts) {
      const name = /^event: (.+)$/m.exec(part)?.[1];
      const data = /^data: (.+)$/m.exec(part)?.[1];
      if (name && data) yield [name, JSON.parse(data)];
    }
  }
}

function noted(done) {
  const parts = [...(done.warnings ?? [])];
  if (done.unsupported?.length) parts.push(`The documents do not say: ${done.unsupported.join(" ")}`);
  return parts.join(" ");
}

// The service keeps no conversation: what was said goes along with the next question.
const MOST_EARLIER = 20;
const LONGEST_EARLIER = 20_000;
const LONGEST_HEADING = 500;
let turns = [];

function remember(question, { answer, abstained, citations }) {
  const headings = citations.map(({ headings, title }) => (headings.at(-1) ?? title).slice(0, LONGEST_HEADING));
  const turn = { question, answer: abstained ? "" : answer.slice(0, LONGEST_EARLIER), headings };
  turns = [...turns, turn].slice(-MOST_EARLIER);
}

// Its citations are gone from the page: marks would lead to those of another answer.
const unmarked = (answer) => answer.replace(/\s*\[\d{1,3}\]/g, "") || "The documents do not say.";

function showEarlier() {
  const shown = turns.map(({ question, answer }) =>
    element("details", {}, element("summary", {}, question), ...formatted(unmarked(answer))),
  );
  by("before").hidden = shown.length === 0;
  by("turns").replaceChildren(...shown.reverse());
}

function beginAnew() {
  turns = [];
  for (const id of ["problem", "note"]) by(id).textContent = "";
  by("answer").hidden = true;
  showEarlier();
  by("question").focus();
}

async function listen(question, answer) {
  let said = "";
  const citations = [];
  for await (const [name, data] of events(answer.body)) {
    if (name === "error") throw new Error([data.detail, data.hint].filter(Boolean).join(" "));
    if (name === "delta") said += data.text;
    if (name === "citation") citations.push(data);
    if (name === "done") {
      fill(data.answer, data.citations);
      by("note").textContent = noted(data);
      remember(question, data);
      return;
    }
    if (name !== "meta") fill(said, citations);
  }
  throw new Error("The answer broke off. Ask again.");
}

async function ask(question) {
  if (by("send").getAttribute("aria-disabled") === "true") return;
  by("send").setAttribute("aria-disabled", "true");
  for (const id of ["problem", "note"]) by(id).textContent = "";
  by("answer").hidden = true;
  showEarlier();
  try {
    const answer = await fetch("api/v1/calls", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify({ inputs: [{ question }], history: turns }),
    }).catch(() => {
      throw new Error("The service does not answer. It may be waking up: try again in a minute.");
    });
    if (answer.ok) return await listen(question, answer);
    const body = await answer.json();
    throw new Error([body.detail, body.hint].filter(Boolean).join(" "));
  } catch (error) {
    told(error);
  } finally {
    by("send").setAttribute("aria-disabled", "false");
  }
}

async function start() {
  const about = await (await fetch("api/v1/about")).json();
  document.title = about.name;
  by("name").textContent = about.name;
  const n = about.n_documents;
  const how = about.llm ? `written by ${about.llm} from what they say` : "their own words";
  by("about").textContent = `Ask ${n === 1 ? "the document" : `${n.toLocaleString("en")} documents`}: answers are ${how}, and cite where it stands.`;
  by("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    ask(by("question").value.trim());
  });
  by("anew").addEventListener("click", beginAnew);
  by("question").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    by("ask").requestSubmit();
  });
}

start().catch(() => told(new Error("The service does not answer. It may be waking up: load this page again in a minute.")));
