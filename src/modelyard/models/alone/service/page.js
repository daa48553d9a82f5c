const by = (id) => document.getElementById(id);

function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

const isNumber = (column) => column.dtype === "integer" || column.dtype === "float";

function control(column) {
  const id = `column-${column.name}`;
  if (column.dtype === "boolean" || column.categories?.length) {
    const values = column.dtype === "boolean" ? ["true", "false"] : column.categories;
    const made = element("select", { id }, element("option", { value: "" }, "no value"));
    for (const value of values) made.append(element("option", { value }, String(value)));
    made.value = column.example === null ? "" : String(column.example);
    return made;
  }
  const value = column.example === null ? "" : String(column.example);
  if (column.kind === "text") return element("textarea", { id, rows: 4, value });
  if (isNumber(column)) return element("input", { id, inputMode: "decimal", autocomplete: "off", value });
  return element("input", { id, autocomplete: "off", value });
}

function read(column) {
  const text = by(`column-${column.name}`).value;
  if (text === "") return null;
  if (column.dtype === "boolean") return text === "true";
  if (isNumber(column)) return Number.isFinite(Number(text)) ? Number(text) : text;
  return text;
}

function table(title, rows) {
  const body = element("tbody");
  for (const cells of rows) {
    body.append(element("tr", {}, ...cells.map((cell, i) => element(i ? "td" : "th", i ? {} : { scope: "row" }, cell))));
  }
  return [element("h2", {}, title), element("table", {}, body)];
}

function shown(output) {
  const parts = [element("p", { className: "said" }, String(output.prediction))];
  if (output.is_sure === false) parts.push(element("p", { className: "note" }, "The model is not sure of this."));
  if (output.probabilities) {
    const sorted = Object.entries(output.probabilities).sort((a, b) => b[1] - a[1]).slice(0, 10);
    parts.push(...table("Probabilities", sorted.map(([name, share]) => [
      name, element("meter", { value: share, ariaLabel: `Probability of ${name}` }), `${(share * 100).toFixed(1)} %`,
    ])));
  }
  const why = output.why;
  if (why?.unavailable) parts.push(element("p", { className: "note" }, why.unavailable));
  else if (why?.reasons.length) {
    const rows = why.reasons.map((one) => [
      one.value === null || one.column === null ? one.feature : `${one.feature} = ${one.value}`,
      (one.contribution > 0 ? "+" : "−") + Math.abs(one.contribution).toPrecision(3),
    ]);
    parts.push(...table("Why", rows));
    parts.push(element("p", { className: "note" }, `What pushed ${why.of} up (+) or down (−): ${why.scale}.`));
  }
  return parts;
}

function refuse(columns, body) {
  for (const column of columns) by(`column-${column.name}`).setAttribute("aria-invalid", "false");
  const names = (body.fields ?? []).map((one) => one.path.at(-1));
  const wrong = columns.filter((column) => names.includes(column.name));
  for (const column of wrong) by(`column-${column.name}`).setAttribute("aria-invalid", "true");
  const sentences = body.fields?.length ? body.fields.map((one) => one.message) : [body.detail, body.hint];
  by("problem").textContent = sentences.filter(Boolean).join(" ");
  if (wrong.length) by(`column-${wrong[0].name}`).focus();
}

async function ask(columns, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  by("problem").textContent = "";
  try {
    const inputs = [Object.fromEntries(columns.map((column) => [column.name, read(column)]))];
    const answer = await fetch("api/v1/calls", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ inputs, explain: true }),
    });
    const body = await answer.json();
    refuse(columns, answer.ok ? {} : body);
    by("answer").replaceChildren(...(answer.ok ? shown(body.outputs[0]) : []));
    if (answer.ok) {
      by("answer").append(...body.warnings.map((text) => element("p", { className: "note" }, text)));
    }
  } catch {
    by("problem").textContent = "The service does not answer. It may be waking up: try again in a minute.";
  } finally {
    button.setAttribute("aria-disabled", "false");
  }
}

async function start() {
  const about = await (await fetch("api/v1/about")).json();
  const columns = about.signature.inputs;
  document.title = about.name;
  by("name").textContent = about.name;
  by("about").textContent = `Fill in the row, and the model says ${about.signature.output.name || "what it predicts"}.`;
  for (const column of columns) {
    const label = element("label", { className: column.kind === "text" ? "wide" : "" });
    label.append(element("span", {}, column.required ? column.name : `${column.name} (may be empty)`), control(column));
    by("row").append(label);
  }
  const button = element("button", {}, "Predict");
  by("row").append(element("div", { className: "do" }, button));
  by("row").addEventListener("submit", (event) => {
    event.preventDefault();
    ask(columns, button);
  });
}

start().catch(() => {
  by("problem").textContent = "The service does not answer. It may be waking up: load this page again in a minute.";
});
