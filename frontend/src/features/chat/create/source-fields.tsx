"use client";
/** Files, a ZIP or a folder; a site; or a folder that the server can see. */
import { useQuery } from "@tanstack/react-query";
import { systemQuery } from "@/api/account";
import { fieldError } from "@/lib/api-error";
import { formatBytes } from "@/lib/format";
import { Field, Input } from "@/ui/field";
import { Tabs } from "@/ui/tabs";
import { PickFiles } from "./pick-files";
import type { Source, Way } from "./sources";
import { words } from "./words";

type Props = { source: Source; onChange: (source: Source) => void; error: unknown };

export function SourceFields({ source, onChange, error }: Props) {
  const limit = useQuery(systemQuery()).data?.limits.max_upload_bytes;
  const change = (fields: Partial<Source>) => onChange({ ...source, ...fields });
  return (
    <Tabs
      label={words.source}
      value={source.way}
      onChange={(way) => change({ way: way as Way })}
      isInset
      tabs={[
        {
          value: "files",
          label: words.files,
          content: (
            <div className="pt-3">
              <PickFiles picked={source.picked} onPick={(picked) => change({ picked })}>
                {words.accepted(limit ? formatBytes(limit) : null)}
              </PickFiles>
            </div>
          ),
        },
        {
          value: "site",
          label: words.site,
          content: (
            <Place
              label={words.url}
              help={words.urlHelp}
              placeholder={words.urlPlaceholder}
              type="url"
              value={source.url}
              error={fieldError(error, "site.url")}
              onChange={(url) => change({ url })}
            />
          ),
        },
        {
          value: "folder",
          label: words.folder,
          content: (
            <Place
              label={words.path}
              help={words.pathHelp}
              placeholder="/srv/handbook/build"
              type="text"
              value={source.path}
              error={fieldError(error, "folder.path")}
              onChange={(path) => change({ path })}
            />
          ),
        },
      ]}
    />
  );
}

type PlaceProps = {
  label: string;
  help: string;
  placeholder: string;
  type: "url" | "text";
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
};

function Place({ label, help, placeholder, type, value, error, onChange }: PlaceProps) {
  return (
    <div className="pt-3">
      <Field label={label} help={help} error={error}>
        {(wired) => (
          <Input
            {...wired}
            type={type}
            placeholder={placeholder}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}
