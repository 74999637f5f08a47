/** `GET /instances`: by id, in parts, and those that match. A search that finds little goes on in the next call: its answer names the place. */
import type { Instance } from "../core/instance.ts";
import { scanInstances } from "../core/scan-instances.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import type { ElementsDeps } from "./deps.ts";
import { openAll } from "./find-instance.ts";
import { shownInstance } from "./from-instance.ts";

export interface ListAsked {
  tags: readonly string[];
  searchText: string;
  pageSize: number;
  nextPage: string | null;
}

export async function listInstances(asked: ListAsked, deps: ElementsDeps): Promise<Answer> {
  const start = asked.nextPage === null ? "0" : (markOf(asked.nextPage) ?? refuse(400, "Invalid nextPage"));
  const isSearch = asked.tags.length > 0 || asked.searchText !== "";
  const { found, next } = await scanInstances(deps.instances.page, {
    after: start,
    limit: asked.pageSize,
    isMeant: isSearch ? (instance) => matches(instance, asked) : null,
  });
  const isEnd = next === null;
  // As ever: an empty search is not found, an empty platform is empty.
  if (isSearch && found.length === 0 && isEnd && start === "0") refuse(404, "No instances found");
  const total = !isSearch ? await deps.instances.count() : isEnd && start === "0" ? found.length : null;
  const shown = await Promise.all(
    found.map(async (stored) => shownInstance(stored.instance, await openAll(deps.instances, stored), null)),
  );
  return ok(shown, {
    "elements-returned-count": `${found.length}`,
    ...(total === null ? {} : { "elements-total-count": `${total}` }),
    ...(next === null ? {} : { "elements-next-page-token": tokenOf(next) }),
  });
}

function matches(instance: Instance, { tags, searchText }: ListAsked): boolean {
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
