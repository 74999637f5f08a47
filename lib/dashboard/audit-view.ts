/** What people did, in words. Pure. */
import type { ActName, AuditEntry, Who } from "../core/audit.ts";
import type { Tone } from "./tone.ts";

export interface AuditRow {
  id: string;
  at: number;
  act: string;
  on: string;
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

export const auditRows = (entries: readonly AuditEntry[]): AuditRow[] =>
  entries.map(({ id, at, act, on, who, ended }) => {
    const { word, tone } = endOf(ended);
    return { id, at, act: actWords(act), on, who: whoWords(who), tone, ended: word };
  });
