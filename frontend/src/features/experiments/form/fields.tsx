"use client";
import { numberOf } from "@/forms/widgets/control";
/** Fields for numbers: anything may be typed, and what is no number is sent as it is, so that the server says so. */
import { DraftInput } from "@/forms/widgets/draft-input";
import { numbersOf } from "@/forms/widgets/lists";
import { Field } from "@/ui/field";

type Common = { label: string; unit?: string; help?: string; error?: string };
type NumberProps = Common & { value: unknown; onChange: (value: unknown) => void };

/** One number; empty means none. */
export function NumberField({ value, onChange, ...row }: NumberProps) {
  return (
    <Field {...row}>
      {(wired) => (
        <DraftInput
          {...wired}
          inputMode="decimal"
          className="numbers"
          text={value === null || value === undefined ? "" : String(value)}
          onCommit={(text) => onChange(numberOf(text, { nullable: true }))}
        />
      )}
    </Field>
  );
}

type NumbersProps = Common & { value: readonly unknown[]; onChange: (value: unknown[]) => void; takesNone?: boolean };

/** Several numbers with commas; where none is a value of its own, nothing typed means just that. */
export function NumbersField({ value, onChange, takesNone = false, ...row }: NumbersProps) {
  return (
    <Field {...row}>
      {(wired) => (
        <DraftInput
          {...wired}
          className="numbers"
          text={value
            .map((each) => (each === null ? "none" : String(each)))
            .filter((text) => text !== "none" || value.length > 1)
            .join(", ")}
          onCommit={(text) => onChange(typedNumbers(text, takesNone))}
        />
      )}
    </Field>
  );
}

export function typedNumbers(text: string, takesNone: boolean): unknown[] {
  const typed = numbersOf(text).map((each) => (takesNone && each === "none" ? null : each));
  return takesNone && typed.length === 0 ? [null] : typed;
}
