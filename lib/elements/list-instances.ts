/** `GET /instances`: by id, in parts, and those that match. However many there are, one call reads a bounded number. */
import type { StoredInstance } from "../store/instance-store.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import type { ElementsDeps } from "./deps.ts";
import { openAll } from "./find-instance.ts";
import { shownInstance } from "./from-instance.ts";

/** A search that finds little goes on in the next call: its answer names the place. */
const READ_MAX = 1000;
const PART = 200;

export interface ListAsked {
  tags: readonly string[];
  searchText: string;
  pageSize: number;
  nextPage: string | null;
}

export async function listInstances(asked: ListAsked, deps: ElementsDeps): Promise<Answer> {
  const start = asked.nextPage === null ? "0" : (markOf(asked.nextPage) ?? refuse(400, "Invalid nextPage"));
  const isSearch = asked.tags.length > 0 || asked.searchText !== "";
  const found: StoredInstance[] = [];
  let after = start;
  let read = 0;
  let isEnd = false;
  while (found.length < asked.pageSize && read < READ_MAX && !isEnd) {
    const size = isSearch ? PART : asked.pageSize;
    const part = await deps.instances.page(after, size);
    isEnd = part.length < size;
    for (const one of part) {
      if (found.length === asked.pageSize) {
        isEnd = false;
        break;
      }
      read += 1;
      after = one.instance.id;
      if (matches(one, asked)) found.push(one);
    }
  }
  // As ever: an empty search is not found, an empty platform is empty.
  if (isSearch && found.length === 0 && isEnd && start === "0") refuse(404, "No instances found");
  const total = !isSearch ? await deps.instances.count() : isEnd && start === "0" ? found.length : null;
  const shown = await Promise.all(
    found.map(async (stored) => shownInstance(stored.instance, await openAll(deps.instances, stored), null)),
  );
  return ok(shown, {
    "elements-returned-count": `${found.length}`,
    ...(total === null ? {} : { "elements-total-count": `${total}` }),
    ...(isEnd ? {} : { "elements-next-page-token": tokenOf(after) }),
  });
}

function matches({ instance }: StoredInstance, { tags, searchText }: ListAsked): boolean {
  const part = searchText.toLowerCase();
  return (
    tags.every((tag) => instance.tags.includes(tag)) &&
    [instance.name, ...instance.tags].some((text) => text.toLowerCase().includes(part))
  );
}

const tokenOf = (id: string): string => Buffer.from(`after:${id}`).toString("base64url");
function markOf(token: string): string | null {
  const found = /^after:(\d{1,15})$/.exec(Buffer.from(token, "base64url").toString());
  return found?.[1] ?? null;
}
