/** Stored instances as pages show them: how each stands, where its files go, and what came of an act. Pure. */
import { type DestinationSettings, type Instance, SOURCE } from "../core/instance.ts";
import type { Tone } from "./tone.ts";

export interface Standing {
  tone: Tone;
  word: string;
  /** What a person should know or do; null: nothing. */
  note: string | null;
}

export interface InstanceRow extends Standing {
  id: string;
  name: string;
  account: string;
  folder: string;
  to: string;
}

export function standingOf({ status, isSetUp, trouble, destinations }: Instance): Standing {
  if (!isSetUp)
    return { tone: "warn", word: "Not set up yet", note: "The account is connected. Say where its files go." };
  switch (status) {
    case "active":
      if (destinations.length === 0)
        return { tone: "warn", word: "Goes nowhere", note: "Its files are not looked for: say below where they go." };
      return { tone: "ok", word: "Active", note: null };
    case "paused":
      return { tone: "warn", word: "Paused", note: "What changes meanwhile goes out when it is resumed." };
    case "disabled":
      return { tone: "idle", word: "Disabled", note: "By a program. What changes meanwhile waits." };
    case "unauthorized":
      return {
        tone: "bad",
        word: trouble?.side === SOURCE ? "Connect again" : "Key refused",
        note: trouble?.message ?? null,
      };
  }
}

export const instanceRow = (instance: Instance): InstanceRow => ({
  ...standingOf(instance),
  id: instance.id,
  name: instance.name,
  account: instance.accountLabel || instance.account,
  folder: instance.folder || "Everything",
  to: instance.destinations.map(destinationWords).join(", ") || "Nowhere yet",
});

export function destinationWords(one: DestinationSettings): string {
  switch (one.kind) {
    case "environment":
      return "As the deployment publishes";
    case "page":
      return one.pageName || `Page ${one.pageId}`;
    case "records":
      return `Records at ${new URL(one.url).host}`;
    case "callback":
      return `Events to ${new URL(one.url).host}`;
  }
}

const DID: Record<string, { tone: Tone; text: string }> = {
  saved: { tone: "ok", text: "Saved." },
  rules: { tone: "ok", text: "Saved. The new rules are for files that come or change from now on." },
  started: { tone: "ok", text: "It runs. Files that come into its folder from now on go out." },
  connected: { tone: "ok", text: "Dropbox is connected. Now say which files are meant, and where they go." },
  again: { tone: "ok", text: "Dropbox is connected again." },
  page: { tone: "ok", text: "The Page is chosen." },
  paused: { tone: "ok", text: "Paused. What changes meanwhile goes out when it is resumed." },
  resumed: { tone: "ok", text: "It goes on." },
  woken: { tone: "ok", text: "Its endpoints are called again: all that waited for them is on its way." },
  removed: { tone: "ok", text: "The instance is gone." },
  notSetUp: { tone: "warn", text: "Nothing was done: it has not begun. Fill in the form and start it." },
  changed: { tone: "warn", text: "Nothing was done: somebody else changes it at the same time. Try again." },
  silent: { tone: "bad", text: "No answer came to the test event in time. Is the address right, and its server up?" },
  unsigned: { tone: "bad", text: "Nothing was sent: this callback has no secret to sign with. Save the form once." },
};

/** What is said of an act. The address may be anybody's: only these words exist. */
export function didNotice(did: string | null): { tone: Tone; text: string } | null {
  if (did === null) return null;
  const status = Number(/^answered-([1-5]\d\d)$/.exec(did)?.[1] ?? 0);
  if (status >= 200 && status < 300)
    return { tone: "ok", text: `Your endpoint answered ${status} to the test event: it takes events.` };
  if (status > 0)
    return {
      tone: "bad",
      text: `Your endpoint answered ${status} to the test event. Only 200 to 299 counts as taken.`,
    };
  return Object.hasOwn(DID, did) ? (DID[did] ?? null) : null;
}
