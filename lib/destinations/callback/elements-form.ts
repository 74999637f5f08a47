/** A body in the form of Cloud Elements and SAP Open Connectors. Their names for things are in this file alone. */
import type { Change, ChangeKind } from "./change.ts";
import type { CallbackInstance, Message } from "./message.ts";

/** `raw` repeats what the events say in Dropbox's words: a convenience, and left out of a body that it makes too long. */
const BODY_MAX_BYTES = 64 * 1024;

/** Theirs knows no renaming: it is an update with another path. */
const EVENT_TYPES = {
  created: "CREATED",
  updated: "UPDATED",
  renamed: "UPDATED",
  deleted: "DELETED",
} as const satisfies Record<ChangeKind, string>;

export function elementsForm({ id, changes, instance }: Message): string {
  const whole = JSON.stringify(envelope(id, changes, instance, rawOf(changes, instance)));
  if (Buffer.byteLength(whole) <= BODY_MAX_BYTES) return whole;
  return JSON.stringify(envelope(id, changes, instance, { truncated: true }));
}

function envelope(id: string, changes: readonly Change[], instance: CallbackInstance, raw: object): object {
  const hash = id.slice(id.indexOf("_") + 1);
  const seenAt = Math.max(...changes.map((change) => change.seenAt));
  return {
    id: `${Number.parseInt(hash.slice(0, 12), 16)}`,
    severity: "medium",
    createdDate: javaDate(seenAt),
    topic: `instance-${instance.id}-dropbox-events`,
    action: "create",
    message: {
      elementKey: "dropbox",
      accountId: instance.accountId,
      companyId: instance.companyId,
      userId: instance.userId,
      eventId: hash.slice(0, 20),
      instanceId: instance.id,
      instance_id: instance.id,
      instanceName: instance.name,
      instanceTags: instance.tags,
      raw,
      events: changes.map(eventOf),
    },
    user: instance.sender,
  };
}

/** `eventId`, `change`, `oldPath`, `rev` and `reason` are ours; who does not know them reads over them. */
const eventOf = (change: Change): object => ({
  elementKey: "dropbox",
  hubKey: "documents",
  eventType: EVENT_TYPES[change.kind],
  objectType: "file",
  objectId: change.fileId,
  newPath: change.path,
  date: isoSeconds(change.at),
  eventId: change.id,
  change: change.kind,
  rev: change.rev,
  ...(change.formerPath === null ? {} : { oldPath: change.formerPath }),
  ...(change.kind === "deleted" ? { reason: change.movedOut ? "movedOut" : "deleted" } : {}),
});

const rawOf = (changes: readonly Change[], { account }: CallbackInstance): object => ({
  list_folder: { accounts: account === null ? [] : [account] },
  entries: changes.map((change) =>
    change.kind === "deleted"
      ? { ".tag": "deleted", id: change.fileId, name: change.name, path_display: change.path }
      : {
          ".tag": "file",
          id: change.fileId,
          name: change.name,
          path_display: change.path,
          rev: change.rev,
          size: change.size,
        },
  ),
});

const isoSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

/** As Java prints a date: `Thu Jan 01 00:00:05 UTC 2026`. */
function javaDate(ms: number): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = new Date(ms).toUTCString().split(" ");
  return `${weekday.replace(",", "")} ${month} ${day} ${time} UTC ${year}`;
}
