/** What the settings of an endpoint say. */
import { plural } from "@/lib/format";

export const words = {
  save: "Save",
  saved: "Saved.",
  name: { title: "Name", label: "Name", help: "Callers use the address, which stays." },
  notSure: {
    title: "Not sure",
    help: "An answer whose probability is below the threshold is marked “not sure”: its class stays in the answer. Move the threshold to see what it costs.",
    number: "A model that predicts a number gives no probabilities: every answer counts as sure.",
    cluster: "Clusters come without probabilities: every answer counts as sure.",
    use: "Mark answers as not sure",
    threshold: "Threshold",
    unit: "%",
    failed: "The thresholds could not be loaded",
    loading: "Loading the thresholds",
    unavailable: "Not available",
    chart: (n: string) => `What each threshold answers, and how much of it is right · n = ${n} rows`,
    told: (share: string, right: string, interval: string) =>
      `Of the rows kept from training, ${share} are answered for sure; of those ${right} are right (95 %: ${interval}).`,
    toldAll: "Every answer counts as sure.",
    noneAnswered: "No row kept from training reaches this threshold: nothing would be answered for sure.",
    answered: "answered for sure",
    right: "of those right",
    axis: "threshold",
    share: "share of rows",
  },
  page: {
    title: "Public page",
    help: "Anyone who has the link may try the endpoint, without signing in. They see its name, its form and its answers, nothing else of yours.",
    on: "Anyone who has the link may try it",
    quota: "Calls a day",
    quotaHelp: "Of all visitors together; a day begins at 00:00 UTC.",
    link: "Link of the public page",
    open: "Open the page",
  },
  kept: {
    title: "How long calls are kept",
    label: "Days",
    placeholder: "as this yard is set",
    help: "Older calls are deleted by themselves; figures of use and corrections stay. Empty: as this yard is set.",
  },
  remove: {
    title: "Delete",
    calls: "Delete all calls …",
    callsHelp: "What was asked and answered goes; figures of use and corrections stay.",
    model: "The endpoint itself goes with its model: delete that, and both are gone.",
    openModel: "Open the model",
    ask: "Delete all calls of this endpoint?",
    verb: "Delete calls",
    body: (name: string) =>
      `Every call of “${name}” is deleted, with what was asked and answered. Figures of use and corrections stay. This cannot be undone.`,
    soFar: (n: number) => `Deleting … ${plural(n, "call")} so far.`,
    removed: (n: number) => `${plural(n, "call")} deleted.`,
  },
};
