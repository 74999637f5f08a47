/** The services at a glance, short enough to be asked for every second. */
import type { Dropbox } from "./dropbox.ts";
import type { FacebookRecords } from "./facebook-records.ts";
import type { FacebookGraph } from "./graph-api.ts";
import { pageState, postsNaming } from "./graph-state.ts";

const SHOWN_MAX = 200;

export interface Services {
  dropbox: Dropbox;
  facebook: FacebookRecords;
  graph: FacebookGraph;
  /** Where the relay is to publish: records, or the Page. */
  destination: "records" | "page";
}

export function stateOf({ dropbox, facebook, graph, destination }: Services) {
  const page = destination === "page" ? pageState(graph, SHOWN_MAX) : null;
  const namedBy = page === null ? null : postsNaming(graph);
  const sent = dropbox.notifications.sent();
  const records = facebook.records();
  const writes = facebook.writes();
  const files = dropbox.files.recent(SHOWN_MAX).map((file) => ({
    id: file.id,
    path: file.pathDisplay,
    name: file.name,
    size: file.content.size,
    rev: file.rev,
    modifiedAt: file.modifiedAt,
    /** How many records or posts there are for it; more than one is a double. */
    records: namedBy?.(file.name) ?? facebook.find(`facebook_${file.id.slice("id:".length)}`).length,
  }));
  const faults = [...dropbox.faults.list(), ...facebook.faults.list()].length;
  const seen = [
    dropbox.version(),
    writes.length,
    dropbox.notifications.sentTotal(),
    dropbox.requests(),
    facebook.requests(),
    faults + graph.faults.list().length,
    page?.version ?? "",
  ];
  return {
    version: [...seen, dropbox.notifications.registered()].join("-"),
    dropbox: {
      files,
      items: dropbox.files.count(),
      webhook: dropbox.notifications.registered(),
      sent: sent.slice(-20),
      sentTotal: dropbox.notifications.sentTotal(),
      givenUp: dropbox.notifications.givenUp(),
      requests: dropbox.requests(),
      requestsIntoHold: dropbox.requestsIntoHold(),
      parallelListings: dropbox.parallelListings(),
      faults: dropbox.faults.list(),
    },
    facebook: {
      records: records.slice(-SHOWN_MAX).reverse(),
      total: records.length,
      doubles: facebook.doubles().slice(0, SHOWN_MAX),
      writes: writes.length,
      requests: facebook.requests(),
      requestsIntoHold: facebook.requestsIntoHold(),
      faults: facebook.faults.list(),
    },
    page,
  };
}
