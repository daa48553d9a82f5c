"use client";
/** The document explained for a level or translated, beside its source, as it is written. */
import { useQuery } from "@tanstack/react-query";
import { Square } from "lucide-react";
import Link from "next/link";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { Panel } from "@/ui/panel";
import { Skeleton } from "@/ui/skeleton";
import { collectionHref } from "../places";
import { words as shared } from "../words";
import { MadeBlocks } from "./made-blocks";
import { documentQuery } from "./queries";
import {
  type Level,
  makeVariant,
  noVariant,
  type Offer,
  offerQuery,
  type Variant,
  type VariantWish,
  withEvent,
} from "./variants";
import { words as all } from "./words";

const words = all.variants;

type Props = { id: string; onShow: (at: string) => void; onClose: () => void };

export function VariantPanel({ id, onShow, onClose }: Props) {
  const offer = useQuery(offerQuery(id));
  const collectionId = useQuery(documentQuery(id)).data?.collection_id;
  return (
    <Panel open onClose={onClose} title={words.title} width={520}>
      <div className="grid grid-cols-1 gap-4 p-4">
        <p className="text-muted text-sm">{words.about}</p>
        <InlineError error={offer.error} />
        {offer.isPending && <Skeleton className="h-24" />}
        {offer.data && !offer.data.available && (
          <p>
            {offer.data.why_not}{" "}
            {collectionId && (
              <Link href={collectionHref(collectionId, "settings")} className="text-accent hover:underline">
                {words.settings}
              </Link>
            )}
          </p>
        )}
        {offer.data?.available && <Making id={id} offer={offer.data} onShow={onShow} />}
      </div>
    </Panel>
  );
}

/** The wish and what came of it; leaving the panel stops the work, and what was made is kept by the server. */
function Making({ id, offer, onShow }: { id: string; offer: Offer; onShow: (at: string) => void }) {
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
      <WishForm offer={offer} isBusy={stop !== null} onMake={(wish) => void make(wish)} onStop={() => stop?.abort()} />
      <p className="flex flex-wrap items-center gap-2 text-muted text-sm">
        <bdi>{offer.llm}</bdi>
        {offer.is_scripted && <Badge tone="warn">{shared.scripted}</Badge>}
      </p>
      <p role="status" className="text-muted text-sm">
        {stop !== null && words.making}
        {variant.isCached && variant.isWhole && words.cached}
      </p>
      <InlineError error={variant.error} />
      <MadeBlocks variant={variant} onShow={onShow} />
    </>
  );
}

type FormProps = { offer: Offer; isBusy: boolean; onMake: (wish: VariantWish) => void; onStop: () => void };

function WishForm({ offer, isBusy, onMake, onStop }: FormProps) {
  const [kind, setKind] = useState<VariantWish["wish"]>("explain");
  const [level, setLevel] = useState<Level>("beginner");
  const [language, setLanguage] = useState(offer.languages.find(({ code }) => code === "vi")?.code ?? "en");
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
              {offer.levels.map((each) => (
                <option key={each} value={each}>
                  {words.levels[each]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : (
        <Field label={words.language}>
          {(wired) => (
            <Select {...wired} value={language} onChange={(event) => setLanguage(event.target.value)}>
              {offer.languages.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
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
