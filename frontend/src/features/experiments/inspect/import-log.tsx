"use client";
/** A log of Inspect is chosen, sent, and opened as the experiment that it becomes. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Import, LoaderCircle } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef } from "react";
import { Button } from "@/ui/button";
import { tellFailure } from "@/ui/toast";
import { experimentHref } from "../places";
import { importLog, inspectQuery } from "./queries";
import { words } from "./words";

export function ImportLog() {
  const client = useQueryClient();
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const { data: inspect } = useQuery(inspectQuery);
  const { mutate, isPending } = useMutation({
    mutationFn: importLog,
    onSuccess: (attempt) => {
      void client.invalidateQueries({ queryKey: ["experiments"] });
      router.push(experimentHref(attempt.experiment_id));
    },
    onError: tellFailure,
  });
  const Icon = isPending ? LoaderCircle : Import;
  const why = inspect?.unavailable_reason;
  return (
    <>
      <Button
        disabled={!inspect?.is_available || isPending}
        title={why ? words.notHere(why) : words.help}
        onClick={() => input.current?.click()}
      >
        <Icon className={isPending ? "animate-spin" : undefined} />
        <span className="max-md:sr-only">{isPending ? words.taking : words.take}</span>
      </Button>
      <input
        ref={input}
        type="file"
        accept=".eval,.zip"
        aria-label={words.choose}
        className="sr-only"
        tabIndex={-1}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) mutate(file);
          target.value = ""; // the same file can be chosen again
        }}
      />
    </>
  );
}
