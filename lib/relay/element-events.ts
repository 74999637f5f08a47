/** The history of an instance's deliveries: what is under way first, then what is over, newest first in each. */
import type { Delivery } from "../core/delivery.ts";
import { readMark, writeMark } from "../core/listed.ts";
import type { Place, Stored } from "../core/story.ts";
import type { EventsPort, PastEvent } from "../elements/deps.ts";
import type { InspectionStore, Row } from "../store/inspection-store.ts";

const ORDER: readonly Place[] = ["claimed", "live", "replay", "backfill", "dead", "unclear", "settled"];
const NAMES: readonly string[] = ORDER;

/** In a header and in an address: without letters that need escapes there. */
const written = (text: string): string => Buffer.from(text).toString("base64url");
const read = (text: string): string => Buffer.from(text, "base64url").toString();

export function elementEvents(
  inspect: (instance: string, outbox: string) => Pick<InspectionStore, "page" | "facts">,
): EventsPort {
  return {
    async page(instance, outbox, after, limit) {
      const mark = after === null ? null : readMark(read(after));
      const start = mark === null ? 0 : NAMES.indexOf(mark.within);
      if (start < 0 || (after !== null && mark === null)) return null;
      const { page } = inspect(instance, outbox);
      const found: { place: Place; row: Row }[] = [];
      for (const [n, place] of ORDER.slice(start).entries()) {
        const left = limit + 1 - found.length;
        if (left <= 0) break;
        const rows = await page(place, n === 0 ? mark : null, left, true);
        found.push(...rows.map((row) => ({ place, row })));
      }
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return {
        events: shown.flatMap(({ row: { stored } }) => (stored === null ? [] : [eventOf(stored)])),
        after: last === undefined ? null : written(writeMark({ within: last.place, ...last.row })),
      };
    },

    async one(instance, outbox, id) {
      const cut = id.lastIndexOf(".");
      const { stored } = await inspect(instance, outbox).facts(`id:${id.slice(0, cut)}`, "");
      return stored === null || stored.delivery.rev !== id.slice(cut + 1) ? null : eventOf(stored);
    },
  };
}

function eventOf({ delivery, place }: Stored): PastEvent {
  const { id, rev, path, name, size, serverModified, seenAt, gone, attempts } = delivery;
  return {
    id: `${id.replace(/^id:/, "")}.${rev}`,
    at: seenAt,
    state: stateOf(delivery, place),
    data: {
      ".tag": gone === undefined ? "file" : "deleted",
      id,
      name,
      rev,
      size,
      path_display: path,
      server_modified: new Date(serverModified).toISOString(),
    },
    attempts,
  };
}

function stateOf({ attempts }: Delivery, place: Place): PastEvent["state"] {
  if (place === "claimed") return "dispatched";
  if (place === "live" || place === "replay" || place === "backfill") return "received";
  const last = attempts.at(-1)?.outcome;
  return place === "settled" && (last === "delivered" || last === "updated") ? "notified" : "consumed";
}
