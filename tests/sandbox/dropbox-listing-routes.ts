/** The four listing routes over cursors, and the rule against running the same listing twice at a time. */
import { z } from "zod";
import type { After } from "./clock.ts";
import { badCall, entryOf, json, tagged } from "./dropbox-answers.ts";
import type { Listing, listArgument, Opened } from "./dropbox-listing.ts";

export const cursorArgument = z.strictObject({ cursor: z.string() });
export const longpollArgument = z.strictObject({
  cursor: z.string(),
  timeout: z.number().int().min(30).max(480).default(30),
});

type Argument = z.infer<typeof listArgument>;

export type ListingRoutes = ReturnType<typeof createListingRoutes>;

export function createListingRoutes(listing: Listing, after: After) {
  const waiting = new Set<() => void>();

  function refusal(opened: Exclude<Opened, { ok: true }>, route: string): Response {
    if ("unreadable" in opened) return badCall(route, 'request body: cursor: Invalid "cursor" parameter');
    return tagged(409, opened.tag);
  }

  function page(opened: Opened, route: string): Response {
    if (!opened.ok) return refusal(opened, route);
    const { changes, cursor, hasMore } = listing.page(opened.cursor);
    return json(200, { entries: changes.map(entryOf), cursor, has_more: hasMore });
  }

  /** The root is the empty path; a single slash is refused in plain text. */
  const badPath = (path: string): boolean => path !== "" && !/^(\/[^/]+)+$/.test(path) && !/^id:.+/.test(path);

  return {
    /** Wakes longpolls to look again. */
    changed(): void {
      for (const look of [...waiting]) look();
    },
    start(argument: Argument): Response {
      const route = "files/list_folder";
      if (badPath(argument.path))
        return badCall(route, 'request body: path: Specify the root folder as an empty string rather than as "/".');
      return page(listing.open(argument, "start"), route);
    },
    latest(argument: Argument): Response {
      const route = "files/list_folder/get_latest_cursor";
      if (badPath(argument.path)) return badCall(route, "request body: path: bad path");
      const opened = listing.open(argument, "end");
      return opened.ok ? json(200, { cursor: listing.encode(opened.cursor) }) : refusal(opened, route);
    },
    continue: (argument: z.infer<typeof cursorArgument>): Response =>
      page(listing.read(argument.cursor), "files/list_folder/continue"),
    longpoll(argument: z.infer<typeof longpollArgument>, signal: AbortSignal): Promise<Response> | Response {
      const opened = listing.read(argument.cursor);
      if (!opened.ok) return refusal(opened, "files/list_folder/longpoll");
      const { cursor } = opened;
      if (listing.hasChanges(cursor)) return json(200, { changes: true });
      return new Promise((resolve) => {
        const end = (changes: boolean) => {
          stop();
          waiting.delete(look);
          resolve(json(200, { changes }));
        };
        const look = () => {
          if (listing.hasChanges(cursor)) end(true);
        };
        const stop = after(argument.timeout * 1000, () => end(false));
        waiting.add(look);
        signal.addEventListener("abort", () => end(false), { once: true });
      });
    },
  };
}

/** Sees listings that run at the same time with the same argument; Dropbox may answer the second with 429. */
export function createParallelWatch() {
  const running = new Map<string, number>();
  let seen = 0;
  return {
    seen: (): number => seen,
    enter(key: string): { second: boolean; leave: () => void } {
      const count = running.get(key) ?? 0;
      if (count > 0) seen += 1;
      running.set(key, count + 1);
      return {
        second: count > 0,
        leave: () => {
          const left = (running.get(key) ?? 1) - 1;
          if (left === 0) running.delete(key);
          else running.set(key, left);
        },
      };
    },
  };
}
