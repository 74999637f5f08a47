/** The filters that list, cancel, delete and retry take in their query string. */

interface Selectable {
  id: string;
  messageId: string;
  url: string;
  labels: readonly string[];
  time: number;
  state?: string;
}

const COUNT_DEFAULT = 100;

export interface Page<Item> {
  items: Item[];
  /** Where the next page begins; absent on the last one. */
  cursor?: string;
}

/** At most `count` of the items that match. `idParameter` names the ids in the query (`dlqIds`, `messageIds`). */
export function selectPage<Item>(
  items: readonly Item[],
  query: URLSearchParams,
  idParameter: string,
  describe: (item: Item) => Selectable,
): Page<Item> {
  const ids = query.getAll(idParameter).flatMap((value) => value.split(","));
  const matching = items.filter((item) => {
    const { id, messageId, url, labels, time, state } = describe(item);
    return (
      (ids.length === 0 || ids.includes(id)) &&
      matches(query, "messageId", [messageId]) &&
      matches(query, "url", [url]) &&
      matches(query, "label", labels) &&
      matches(query, "state", [state ?? ""]) &&
      time >= Number(query.get("fromDate") ?? Number.NEGATIVE_INFINITY) &&
      time <= Number(query.get("toDate") ?? Number.POSITIVE_INFINITY)
    );
  });
  const from = Number(query.get("cursor")) || 0;
  const count = Number(query.get("count")) || COUNT_DEFAULT;
  const page = { items: matching.slice(from, from + count) };
  return from + count < matching.length ? { ...page, cursor: String(from + count) } : page;
}

/** Several values of one parameter mean any of them; none means no restriction. */
function matches(query: URLSearchParams, name: string, actual: readonly string[]): boolean {
  const wanted = query.getAll(name);
  return wanted.length === 0 || wanted.some((value) => actual.includes(value));
}
