import { type InstancesQuery, instancesHref, STATE_WORDS } from "@/lib/dashboard/instances-query.ts";

interface Props {
  query: InstancesQuery;
  isFiltered: boolean;
}

/** A form whose answer is an address: it can be kept, sent and reloaded, and needs no script. */
export const InstanceFilters = ({ query, isFiltered }: Props) => (
  <form className="filters" method="get" action="/instances">
    <div className="wide">
      <label htmlFor="q">Name, account, folder or destination</label>
      <input id="q" name="q" type="search" defaultValue={query.q} placeholder="Summer fair" />
    </div>
    <div>
      <label htmlFor="state">State</label>
      <select id="state" name="state" defaultValue={query.state}>
        <option value="">Any</option>
        {Object.entries(STATE_WORDS).map(([state, words]) => (
          <option key={state} value={state}>
            {words}
          </option>
        ))}
      </select>
    </div>
    <div className="row">
      <button className="button" type="submit">
        Search
      </button>
      {isFiltered ? (
        <a className="button plain" href={instancesHref({ q: "", state: "", after: "0" })}>
          Clear
        </a>
      ) : null}
    </div>
  </form>
);
