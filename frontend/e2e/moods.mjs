// An endpoint that tells good reviews in Vietnamese from bad ones, trained once for all tests.
import { equal, until } from "./bench.mjs";

export const REVIEWS = [
  ["Giày rất đẹp, giao hàng nhanh, rất hài lòng", "good"],
  ["Vải mềm mại, đóng gói chắc chắn, tuyệt vời", "good"],
  ["Áo đúng mô tả, sẽ ủng hộ shop lâu dài", "good"],
  ["Chất lượng kém, quá thất vọng, không bao giờ mua lại", "bad"],
  ["Hộp nát bét, shop trả lời chậm", "bad"],
  ["Hàng giả, mùi nhựa rất khó chịu", "bad"],
];
export const GOOD = "Giày đẹp, đóng gói chắc chắn, giao hàng nhanh";

const node = (id, kind, x, parameters) => ({ id, kind, parameters, title: null, position: { x, y: 0 } });
const CHAIN = ["data", "split", "words", "train"];

let trained = null;

/** Its id; trained on few rows by whoever asks first. */
export function moods(bench) {
  trained ??= train(bench);
  return trained;
}

async function train(bench) {
  const lines = REVIEWS.flatMap(([text, mood]) =>
    Array.from({ length: 20 }, (_, i) => `"${text}, ${["áo", "giày", "túi", "mũ"][i % 4]} số ${i}",${mood}`),
  );
  const dataset = await bench.dataset("Moods of reviews", `review,mood\n${lines.join("\n")}\n`);
  const graph = {
    schema: 1,
    nodes: [
      node("data", "dataset", 0, { dataset: dataset.id, target: "mood" }),
      node("split", "split", 240, {}),
      node("words", "tfidf", 480, { columns: ["review"] }),
      node("train", "train", 720, { engine: { kind: "logistic_regression" } }),
    ],
    connections: CHAIN.slice(1).map((to_node, i) => ({
      from_node: CHAIN[i],
      from_port: "table",
      to_node,
      to_port: "table",
    })),
  };
  const workflow = await bench.api("POST", "/workflows", { name: "Moods", graph });
  const { id } = await bench.api("POST", "/runs", { kind: "workflow", workflow: workflow.id });
  const run = await until("the model is trained", async () => {
    const found = await bench.api("GET", `/runs/${id}`);
    return ["queued", "running"].includes(found.state) ? null : found;
  });
  equal(run.state, "succeeded", "training");
  const model = await bench.api("GET", `/models/${run.result.models.train}`);
  // The first call loads the model.
  await bench.api("POST", `/endpoints/${model.endpoint_id}/calls`, { inputs: [{ review: GOOD }], explain: true });
  return model.endpoint_id;
}
