"use client";
/** Words by the number of texts that they stand in; each leads to its rows. */
import Link from "next/link";
import { formatCount, formatFraction } from "@/lib/format";
import { classColor } from "../../class-colors";
import { batchHref } from "../places";
import type { Batch } from "../types";
import { words } from "../words";
import type { Asked, Counted } from "./queries";

type Props = { batch: Batch; counted: Counted; asked: Asked };

export function WordList({ batch, counted, asked }: Props) {
  const { classes } = batch.signature.output;
  const most = Math.max(...counted.words.map(({ share }) => share), Number.MIN_VALUE);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={words.cloud.list} tabIndex={0} className="max-h-[28rem] overflow-y-auto">
      <table className="numbers w-full table-fixed text-sm">
        <thead className="sticky top-0 bg-page text-muted">
          <tr>
            <th scope="col" className="py-1 text-left font-medium">
              {words.cloud.word}
            </th>
            <th scope="col" className="w-16 py-1 text-right font-medium">
              {words.cloud.n}
            </th>
            <th scope="col" className="w-28 py-1 pl-3 text-left font-medium">
              {words.cloud.share}
            </th>
          </tr>
        </thead>
        <tbody>
          {counted.words.map(({ word, n, share, class_name }) => (
            <tr key={word} className="border-line border-t">
              <th scope="row" className="truncate py-1 pr-2 text-left font-normal">
                <Link
                  href={rowsHref(batch.id, word, asked)}
                  title={words.cloud.find(word)}
                  className="hover:text-accent hover:underline"
                >
                  <bdi>{word.replaceAll("_", " ")}</bdi>
                </Link>
              </th>
              <td className="py-1 text-right">{formatCount(n)}</td>
              <td className="py-1 pl-3">
                <span className="flex items-center gap-2">
                  <span aria-hidden className="h-2 flex-1 rounded-sm bg-hover">
                    <span
                      className="block h-2 rounded-sm bg-bar"
                      title={class_name === null ? undefined : words.cloud.tells(class_name)}
                      style={{
                        width: `${(share / most) * 100}%`,
                        ...(class_name !== null && { backgroundColor: classColor(classes, class_name) }),
                      }}
                    />
                  </span>
                  <span className="w-12 text-right text-muted text-xs">{formatFraction(share)}</span>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Words of a segmented text are joined as they stand in it. */
function rowsHref(id: string, word: string, asked: Asked): string {
  const params = new URLSearchParams({ search: word.replaceAll("_", " "), ...(asked.class && { class: asked.class }) });
  return `${batchHref(id)}&${params}`;
}
