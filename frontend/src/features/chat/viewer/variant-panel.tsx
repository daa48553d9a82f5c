"use client";
/** The document explained for a level or translated, beside its source, as it is written. */
import { useQuery } from "@tanstack/react-query";
import { Square } from "lucide-react";
import Link from "next/link";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { Panel } from "@/ui/panel";
import { Skeleton } from "@/ui/skeleton";
import { collectionHref } from "../places";
import { collectionQuery } from "../queries";
import { MadeBlocks } from "./made-blocks";
import { documentQuery } from "./queries";
import { LANGUAGES, type Level, makeVariant, noVariant, type Variant, type VariantWish, withEvent } from "./variants";
import { words as all } from "./words";

const words = all.variants;

type Props = { id: string; onShow: (at: string) => void; onClose: () => void };

export function VariantPanel({ id, onShow, onClose }: Props) {
  const document = useQuery(documentQuery(id));
  const collectionId = document.data?.collection_id;
  const collection = useQuery({ ...collectionQuery(collectionId ?? ""), enabled: collectionId !== undefined });
  return (
    <Panel open onClose={onClose} title={words.title} width={520}>
      <div className="grid grid-cols-1 gap-4 p-4">
        <p className="text-muted text-sm">{words.about}</p>
        <InlineError error={document.error ?? collection.error} />
        {!collection.data && !collection.error && <Skeleton className="h-24" />}
        {collection.data && !collection.data.llm && (
          <p>
            {words.noLlm}{" "}
            <Link href={collectionHref(collection.data.id, "settings")} className="text-accent hover:underline">
              {words.settings}
            </Link>
          </p>
        )}
        {collection.data?.llm && <Making id={id} onShow={onShow} />}
      </div>
    </Panel>
  );
}

/** The wish and what came of it; leaving the panel stops the work, and what was made is kept by the server. */
function Making({ id, onShow }: { id: string; onShow: (at: string) => void }) {
  const [variant, setVariant] = useState<Variant>(noVariant);
  const [stop, setStop] = useState<AbortController | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const make = async (wish: VariantWish) => {
    const control = new AbortController();
    running.current = control;
    setStop(control);
    setVariant(noVariant);
    try {
      await makeVariant(id, wish, (event) => setVariant((now) => withEvent(now, event)), control.signal);
      setVariant((now) => (now.isWhole || now.error ? now : { ...now, error: new Error(words.brokeOff) }));
    } catch (error) {
      if (!control.signal.aborted) setVariant((now) => ({ ...now, error }));
    }
    setStop(null);
  };
  return (
    <>
      <WishForm isBusy={stop !== null} onMake={(wish) => void make(wish)} onStop={() => stop?.abort()} />
      <p role="status" className="text-muted text-sm">
        {stop !== null && words.making}
        {variant.isCached && variant.isWhole && words.cached}
      </p>
      <InlineError error={variant.error} />
      <MadeBlocks blocks={variant.blocks} onShow={onShow} />
    </>
  );
}

type FormProps = { isBusy: boolean; onMake: (wish: VariantWish) => void; onStop: () => void };

function WishForm({ isBusy, onMake, onStop }: FormProps) {
  const [kind, setKind] = useState<VariantWish["wish"]>("explain");
  const [level, setLevel] = useState<Level>("beginner");
  const [language, setLanguage] = useState("vi");
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onMake(kind === "explain" ? { wish: "explain", level } : { wish: "translate", language });
  };
  return (
    <form className="flex flex-wrap items-end gap-3" onSubmit={submit}>
      <Field label={words.wish}>
        {(wired) => (
          <Select {...wired} value={kind} onChange={(event) => setKind(event.target.value as VariantWish["wish"])}>
            <option value="explain">{words.explain}</option>
            <option value="translate">{words.translate}</option>
          </Select>
        )}
      </Field>
      {kind === "explain" ? (
        <Field label={words.level}>
          {(wired) => (
            <Select {...wired} value={level} onChange={(event) => setLevel(event.target.value as Level)}>
              {Object.entries(words.levels).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : (
        <Field label={words.language}>
          {(wired) => (
            <Select {...wired} value={language} onChange={(event) => setLanguage(event.target.value)}>
              {LANGUAGES.map((code) => (
                <option key={code} value={code}>
                  {names.of(code)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {isBusy ? (
        <Button onClick={onStop}>
          <Square />
          {words.stop}
        </Button>
      ) : (
        <Button type="submit" look="primary">
          {words.make}
        </Button>
      )}
    </form>
  );
}
