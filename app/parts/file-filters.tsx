import { filesHref } from "@/lib/dashboard/addresses.ts";
import type { FilesQuery } from "@/lib/dashboard/files-query.ts";
import type { LinkNames } from "@/lib/relay/link-names.ts";
import { LinkChoice } from "./link-choice.tsx";

interface Props {
  query: FilesQuery;
  names: LinkNames;
  /** The address of the destination whose files are shown. */
  chosen: string;
  isFiltered: boolean;
}

/** A form whose answer is an address: it can be kept, sent and reloaded, and needs no script. */
export const FileFilters = ({ query, names, chosen, isFiltered }: Props) => (
  <form className="filters" method="get" action="/files">
    <input type="hidden" name="state" value={query.state} />
    <div className="wide">
      <label htmlFor="q">Path contains</label>
      <input id="q" name="q" type="search" defaultValue={query.q} placeholder="photo-17.jpg" />
    </div>
    <div>
      <label htmlFor="folder">In folder</label>
      <input id="folder" name="folder" defaultValue={query.folder} placeholder="/Photos/2026" />
    </div>
    {query.state === "leftOut" ? null : (
      <div>
        <label htmlFor="since">When</label>
        <select id="since" name="since" defaultValue={query.since}>
          <option value="">Any time</option>
          <option value="hour">Last hour</option>
          <option value="day">Last 24 hours</option>
          <option value="week">Last 7 days</option>
        </select>
      </div>
    )}
    <LinkChoice names={names} chosen={chosen} />
    <div className="row">
      <button className="button" type="submit">
        Search
      </button>
      {isFiltered ? (
        <a className="button plain" href={filesHref({ state: query.state, link: query.link })}>
          Clear
        </a>
      ) : null}
    </div>
  </form>
);
