/** What people did, in words. Pure. */
import type { ActName, AuditEntry, Who } from "../core/audit.ts";
import { exactTime } from "../core/times.ts";
import { bulkHref, storyHref } from "./addresses.ts";
import type { Tone } from "./tone.ts";

export interface AuditRow {
  id: string;
  at: number;
  act: string;
  on: string;
  /** The page of what it was about; null where there is none. */
  href: string | null;
  who: string;
  tone: Tone;
  ended: string;
}

const ACT: Record<ActName, string> = {
  login: "Logged in",
  testNotification: "Sent a test notification",
  replay: "Tried a file again",
  isThere: "Said that a file is there",
  post: "Had a file posted",
  replayMany: "Tried several files again",
  planMany: "Had many files planned",
  startMany: "Let a plan run",
  cancelMany: "Called a plan off",
  share: "Shared the story of a file",
  revokeShare: "Revoked a shared story",
  testEvent: "Sent a test event",
  callAgain: "Had an endpoint called again",
  "instance.create": "Made an instance",
  "instance.change": "Changed an instance",
  "instance.status": "Paused an instance, or let it go on",
  "instance.connect": "Connected an account again",
  "instance.remove": "Removed an instance",
};

/** A test asks for the words of each. */
export const actWords = (act: string): string => (Object.hasOwn(ACT, act) ? ACT[act as ActName] : act);

function whoWords(who: Who): string {
  switch (who.kind) {
    case "dashboard":
      return "Dashboard";
    case "bearer":
      return "Program with ADMIN_TOKEN";
    case "commandLine":
      return "Command line";
    case "platform":
      return "User and Organization, or ADMIN_TOKEN";
    case "element":
      return `Element token of instance ${who.instance}`;
  }
}

/** An end in a person's words, and how good it is. */
const END: Record<string, { word: string; tone: Tone }> = {
  done: { word: "Done", tone: "ok" },
  stored: { word: "Done", tone: "ok" },
  removed: { word: "Done", tone: "ok" },
  loggedIn: { word: "Done", tone: "ok" },
  failed: { word: "Failed", tone: "bad" },
  isCalled: { word: "Nothing to do", tone: "idle" },
  notThere: { word: "Nothing to do", tone: "idle" },
  changed: { word: "Changed meanwhile", tone: "warn" },
  stale: { word: "Changed meanwhile", tone: "warn" },
  unknown: { word: "Not there", tone: "warn" },
  unknownPost: { word: "No such post", tone: "warn" },
  anothersPost: { word: "Another file's post", tone: "warn" },
  invalid: { word: "Not valid", tone: "warn" },
  full: { word: "No room", tone: "warn" },
};

function endOf(ended: string): { word: string; tone: Tone } {
  const known = Object.hasOwn(END, ended) ? END[ended] : undefined;
  if (known !== undefined) return known;
  const status = /(?:^|answered )(\d{3})$/.exec(ended)?.[1];
  if (status === undefined) return { word: ended, tone: "ok" };
  return { word: status, tone: status < "400" ? "ok" : status < "500" ? "warn" : "bad" };
}

/** By the words that are kept of it: an instance, a plan, or a file with the address of its destination. */
function hrefOf({ act, on }: AuditEntry): string | null {
  const [, instance] = /^instance (\d+)(?:,|$)/.exec(on) ?? [];
  // Of one that was removed there is no page.
  if (instance !== undefined) return act === "instance.remove" ? null : `/instances/${instance}`;
  const [, plan] = /^plan (\S+)$/.exec(on) ?? [];
  if (plan !== undefined) return bulkHref(plan);
  const [, file, link = ""] = /^(\S+)(?: (?:of )?(\S+))?$/.exec(on) ?? [];
  return FILE_ACTS.includes(act) && file !== undefined ? storyHref(file, link) : null;
}

const FILE_ACTS: readonly string[] = ["replay", "isThere", "post", "share", "revokeShare"] satisfies ActName[];

/** Newest first, as they come. Logins one after the other are one row: they would hide what was done. */
export function auditRows(entries: readonly AuditEntry[]): AuditRow[] {
  const rows: AuditRow[] = [];
  let logins = 0;
  for (const entry of entries) {
    const isLogin = entry.act === "login" && entry.ended === "loggedIn";
    logins = isLogin ? logins + 1 : 0;
    const last = rows.at(-1);
    if (logins > 1 && last !== undefined) last.on = `${logins} times since ${exactTime(entry.at)}`;
    else rows.push(rowOf(entry));
  }
  return rows;
}

function rowOf(entry: AuditEntry): AuditRow {
  const { id, at, act, on, who, ended } = entry;
  const { word, tone } = endOf(ended);
  return { id, at, act: actWords(act), on, href: hrefOf(entry), who: whoWords(who), tone, ended: word };
}
