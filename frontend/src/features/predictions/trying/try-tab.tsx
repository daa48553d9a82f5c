"use client";
/** Ask the endpoint: a form from its signature at the left, the answer and its reasons at the right. */
import type { ReactNode } from "react";
import type { Endpoint, Signature } from "@/api/types";
import { useKept } from "@/lib/kept";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/field";
import { Section } from "@/ui/page";
import { isSaid } from "../said";
import { ManyTexts } from "./many-texts";
import { exampleRow } from "./row";
import { RowForm } from "./row-form";
import { TextForm } from "./text-form";
import { TryAnswer } from "./try-answer";
import { onlyText, type Trying } from "./use-trying";
import { WaitingLine } from "./waiting-line";
import { words } from "./words";

type Props = {
  endpoint: Endpoint;
  signature: Signature;
  version: number | null;
  trying: Trying;
  /** Which version is asked. */
  choice: ReactNode;
  isMany: boolean;
  setIsMany: (isMany: boolean) => void;
};

export function TryTab({ endpoint, signature, version, trying, choice, isMany, setIsMany }: Props) {
  const textColumn = onlyText(signature);
  const ways = textColumn !== null && <Ways isMany={isMany} onChange={setIsMany} />;
  if (textColumn !== null && isMany) {
    return (
      <div className="grid grid-cols-1 gap-4 p-4">
        {choice}
        <ManyTexts endpoint={endpoint} signature={signature} version={version} column={textColumn} ways={ways} />
      </div>
    );
  }
  return (
    <div className="grid grid-cols-1 gap-x-8 gap-y-8 p-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <Section title={titleOf(signature, textColumn)} actions={ways || <Fill {...{ signature, trying }} />}>
        {choice}
        <Form signature={signature} trying={trying} textColumn={textColumn} />
      </Section>
      <TryAnswer endpoint={endpoint} signature={signature} trying={trying} isText={textColumn !== null} />
    </div>
  );
}

function titleOf(signature: Signature, textColumn: string | null): string {
  if (isSaid(signature)) return words.form.titleSaid;
  return textColumn === null ? words.form.title : words.text.title;
}

type FormProps = { signature: Signature; trying: Trying; textColumn: string | null };

function Form({ signature, trying, textColumn }: FormProps) {
  const [isSilent, setIsSilent] = useKept("predict-without-why");
  const { typed, setTyped, error, errors, askedAt } = trying;
  const isAsking = isSaid(signature);
  const submit = () => void trying.ask(!isSilent && !isAsking);
  const beside = (
    <>
      {!isAsking && (
        <label className="flex min-h-6 items-center gap-2 text-sm" title={words.form.explainHelp}>
          <Checkbox checked={!isSilent} onChange={(event) => setIsSilent(!event.target.checked)} />
          {words.form.explain}
        </label>
      )}
      <WaitingLine since={askedAt} />
    </>
  );
  if (textColumn !== null) {
    return (
      <TextForm
        label={textColumn}
        text={typed[textColumn] ?? ""}
        fieldError={errors[textColumn]}
        error={error}
        isBusy={askedAt !== null}
        isSaid={isAsking}
        onChange={(text) => setTyped({ [textColumn]: text })}
        onSubmit={submit}
      >
        {beside}
      </TextForm>
    );
  }
  return (
    <RowForm
      signature={signature}
      typed={typed}
      errors={errors}
      error={error}
      isBusy={askedAt !== null}
      isSaid={isAsking}
      onChange={(name, text) => setTyped({ ...typed, [name]: text })}
      onSubmit={submit}
    >
      {beside}
    </RowForm>
  );
}

function Fill({ signature, trying }: { signature: Signature; trying: Trying }) {
  return (
    <div className="flex gap-1">
      <Button look="quiet" size="sm" onClick={() => trying.setTyped(exampleRow(signature))}>
        {isSaid(signature) ? words.form.exampleSaid : words.form.example}
      </Button>
      <Button look="quiet" size="sm" onClick={() => trying.setTyped({})}>
        {words.form.clear}
      </Button>
    </div>
  );
}

/** One text or many: two buttons of which one is pressed. */
function Ways({ isMany, onChange }: { isMany: boolean; onChange: (isMany: boolean) => void }) {
  return (
    <fieldset className="flex gap-1">
      <legend className="sr-only">{words.text.ways}</legend>
      {[false, true].map((each) => (
        <Button
          key={String(each)}
          look={each === isMany ? "plain" : "quiet"}
          size="sm"
          aria-pressed={each === isMany}
          onClick={() => onChange(each)}
        >
          {each ? words.text.many : words.text.one}
        </Button>
      ))}
    </fieldset>
  );
}
