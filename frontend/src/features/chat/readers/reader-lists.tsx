/** What is asked most, what is not answered, what was not liked, and what to write about. */
import type { ReactNode } from "react";
import { Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import type { QuestionGroup, Readers } from "./queries";
import { words } from "./words";

export function ReaderLists({ readers }: { readers: Readers }) {
  const { gaps, top, unanswered, off_subject: offSubject, thumbs_down: down } = readers;
  return (
    <div className="grid grid-cols-1 gap-8 lg:grid-cols-2">
      <List {...words.sections.gaps} isEmpty={gaps.length === 0}>
        {gaps.map(({ heading, n, examples, call_ids }) => (
          <Item key={call_ids[0]} text={heading.join(" › ") || words.nowhere} beside={words.times(n)}>
            <Wordings of={examples} />
          </Item>
        ))}
      </List>
      <List {...words.sections.top} isEmpty={top.length === 0}>
        {top.map((group) => (
          <Group key={group.call_ids[0]} group={group} />
        ))}
      </List>
      <List {...words.sections.unanswered} isEmpty={unanswered.length === 0}>
        {unanswered.map((group) => (
          <Group key={group.call_ids[0]} group={group} />
        ))}
      </List>
      <List {...words.sections.offSubject} isEmpty={offSubject.length === 0}>
        {offSubject.map((group) => (
          <Group key={group.call_ids[0]} group={group} />
        ))}
      </List>
      <List {...words.sections.down} isEmpty={down.length === 0}>
        {down.map(({ call_id, question, answer, comment, at }) => (
          <Item key={call_id} text={question} beside={<RelativeTime at={at} />}>
            {comment && <q dir="auto">{comment}</q>}
            <p className="line-clamp-2 text-muted" dir="auto" title={answer}>
              {answer}
            </p>
          </Item>
        ))}
      </List>
    </div>
  );
}

function Group({ group }: { group: QuestionGroup }) {
  const beside = `${words.times(group.n)}, ${words.byReaders(group.n_readers)}`;
  const others = group.examples.filter((example) => example !== group.question);
  return (
    <Item text={group.question} beside={beside}>
      {others.length > 0 && (
        <details>
          <summary className="w-fit text-muted">{words.wordings}</summary>
          <Wordings of={others} />
        </details>
      )}
    </Item>
  );
}

const Wordings = ({ of }: { of: readonly string[] }) =>
  of.map((example) => (
    <bdi key={example} className="block text-muted">
      {example}
    </bdi>
  ));

type ListProps = { title: string; help?: string; none: string; isEmpty: boolean; children: ReactNode };

function List({ title, help, none, isEmpty, children }: ListProps) {
  return (
    <Section title={title}>
      {help && <p className="text-muted text-sm">{help}</p>}
      {isEmpty ? (
        <p className="text-muted">{none}</p>
      ) : (
        <ul className="grid grid-cols-1 border-line border-t">{children}</ul>
      )}
    </Section>
  );
}

function Item({ text, beside, children }: { text: string; beside?: ReactNode; children?: ReactNode }) {
  return (
    <li className="grid gap-0.5 border-line border-b py-2">
      <div className="flex items-baseline justify-between gap-3">
        <bdi className="min-w-0 [overflow-wrap:anywhere]">{text}</bdi>
        <span className="numbers shrink-0 text-muted text-sm">{beside}</span>
      </div>
      {children && <div className="text-sm [overflow-wrap:anywhere]">{children}</div>}
    </li>
  );
}
