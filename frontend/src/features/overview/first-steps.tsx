import Link from "next/link";
import { Button } from "@/ui/button";

const STEPS = [
  {
    title: "Add data",
    text: "Upload a file with one row per thing and one column per fact. It is read and profiled at once.",
  },
  {
    title: "Train a model",
    text: "Choose the column to predict. A workflow is laid out for you on the canvas; run it as it is or change it.",
  },
  {
    title: "Predict",
    text: "Every model gets a form to try it and an endpoint that your own programs can call.",
  },
];

/** The three steps from nothing to a prediction. */
export function FirstSteps() {
  return (
    <div className="mx-auto grid max-w-[72ch] gap-6 px-4 py-10">
      <h2 className="font-semibold text-xl">From data to a prediction in three steps</h2>
      <ol className="grid gap-4">
        {STEPS.map((step, i) => (
          <li key={step.title} className="grid grid-cols-[2rem_1fr] gap-2">
            <span aria-hidden className="font-semibold text-faint text-xl">
              {i + 1}
            </span>
            <div>
              <h3 className="font-medium text-lg">{step.title}</h3>
              <p className="text-muted">{step.text}</p>
            </div>
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button asChild look="primary">
          <Link href="/data/?add=file">Upload a file</Link>
        </Button>
        <Button asChild>
          <Link href="/data/?add=sample">Use a sample</Link>
        </Button>
      </div>
    </div>
  );
}
