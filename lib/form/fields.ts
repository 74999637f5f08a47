/** The fields of the form: those of the older product first and in its order, then ours. Each is named as its key is. Pure. */
import { factsOf, isSecretKey } from "../elements/configuration-keys.ts";
import type { Kind } from "../elements/destination-keys.ts";

export interface FieldFacts {
  key: string;
  label: string;
  type: "text" | "url" | "password" | "number" | "area" | "select" | "switch";
  hint: string;
  options: readonly { value: string; text: string }[];
}

type Extra = Partial<Pick<FieldFacts, "label" | "type" | "hint" | "options">>;

/** As its key is described, unless it is said otherwise here. */
function field(key: string, more: Extra = {}): FieldFacts {
  const { name, type, description = "" } = factsOf(key);
  const usual = { text: "text", password: "password", boolean: "switch", number: "number", JSON: "area" } as const;
  return {
    key,
    label: name,
    type: isSecretKey(key) ? "password" : usual[type],
    hint: description,
    options: [],
    ...more,
  };
}

const choice = (...all: [value: string, text: string][]) => ({
  type: "select" as const,
  options: all.map(([value, text]) => ({ value, text })),
});

export const NAME = { key: "name", label: "Name", type: "text", hint: "", options: [] } as const satisfies FieldFacts;
export const TAGS = {
  key: "tags",
  label: "Connector Instance Tags",
  type: "text",
  hint: "Separated by commas. Each event carries them.",
  options: [],
} as const satisfies FieldFacts;

/** Behind "Show Optional Fields", as they were. */
export const OPTIONAL: readonly FieldFacts[] = [
  field("event.notification.signature.key", {
    hint: "Signs each event in the older form. Without one a secret is made, and shown once.",
  }),
  field("event.notification.callback.headers", { hint: "Lines of the form Name: value, sent with each event." }),
  field("event.notification.basic.username"),
  field("event.notification.basic.password"),
  field("event.notification.format", {
    ...choice(["elements", "As Cloud Elements sends it"], ["cloudevents", "CloudEvents"]),
    hint: "",
  }),
];

export const EVENTS_ENABLED = field("event.notification.enabled", {
  hint: "Each new, changed or deleted file is told to an address of yours.",
});
export const EVENTS: readonly FieldFacts[] = [
  field("event.vendor.type", {
    ...choice(["webhook", "Webhook: at once, when Dropbox says so"], ["polling", "Polling: at an interval"]),
    hint: "",
  }),
  field("event.notification.callback.url", {
    type: "url",
    hint: "An https address. Each event is sent there, signed.",
  }),
  field("event.poller.refresh_interval", { hint: "Of polling alone. 15 when it is empty; 1 is the least." }),
];

export const FOLDER = field("relay.folder", {
  hint: "Begins with a slash. Empty: everything this app sees in the account.",
});
export const RULES: readonly FieldFacts[] = [
  field("relay.include", {
    label: "Only files like these",
    hint: "Patterns separated by commas: Photos/**, *.{jpg,png}",
  }),
  field("relay.exclude", { label: "But none like these", hint: "Patterns: **/drafts/**" }),
  field("relay.extensions", {
    label: "Only these kinds",
    hint: "Endings separated by commas: jpg, png, mp4. Empty: all.",
  }),
  field("relay.size.max", { label: "Largest file, in bytes", hint: "4000000000 is 4 GB." }),
];
export const BACKFILL = field("relay.backfill", {
  ...choice(["none", "Leave them: only what comes from now on"], ["all", "Send them too, behind the new ones"]),
  hint: "",
});
export const ENVIRONMENT = field("relay.environment", {
  label: "Where this deployment publishes",
  hint: "Files go where those of its own settings go, with the same key.",
});

const keep = (text: string): [string, string] => ["keep", text];
const PAGE: readonly FieldFacts[] = [
  field("relay.page.id", { label: "The Page's number", hint: "" }),
  field("relay.page.token", { hint: "An access token of the Page, or of who may publish on it." }),
  field("relay.page.message", {
    label: "Text of a post",
    type: "area",
    hint: "Names in double braces are filled in: {{ stem }}, {{ caption }}, {{ folder }}. Empty: the caption beside the file, or its name.",
  }),
  field("relay.page.captions", { label: "A text file beside a photo is its caption", hint: "" }),
  field("relay.page.on.edit", {
    ...choice(keep("Leave its post as it is"), ["text", "Give its post the new text"], ["replace", "Post it anew"]),
  }),
  field("relay.page.on.delete", {
    label: "When a file is deleted",
    ...choice(keep("Keep its post"), ["hide", "Hide its post"], ["delete", "Delete its post"]),
  }),
  field("relay.page.videos", {
    ...choice(["video", "As videos"], ["reel", "As reels, where Facebook takes them"], ["skip", "Leave them out"]),
  }),
  field("relay.page.other.files", {
    ...choice(
      ["text", "A post of text alone"],
      ["link", "A post with a link that opens the file"],
      ["skip", "Leave them out"],
    ),
  }),
  field("relay.page.album.max", { label: "Photos in one post, at most" }),
  field("relay.page.posts.per.day", { label: "Posts in 24 hours, at most", hint: "0: as many as there are." }),
];
const RECORDS: readonly FieldFacts[] = [
  field("relay.records.url", { type: "url", hint: "Each file becomes one record there." }),
  field("relay.records.token"),
];

/** Of a destination besides the first callback and the environment's. */
export const SECTION_FIELDS: Record<Exclude<Kind, "environment">, readonly FieldFacts[]> = {
  records: RECORDS,
  page: PAGE,
  callback: [...EVENTS.filter(({ key }) => key === "event.notification.callback.url"), ...OPTIONAL],
};
export type SectionKind = keyof typeof SECTION_FIELDS;

/** Without what a section's destination must have, it is none. */
export const NEEDED = {
  records: "relay.records.url",
  page: "relay.page.id",
  callback: "event.notification.callback.url",
} as const satisfies Record<SectionKind, string>;

export const GENERAL: readonly FieldFacts[] = [
  ...OPTIONAL,
  EVENTS_ENABLED,
  ...EVENTS,
  FOLDER,
  ...RULES,
  BACKFILL,
  ENVIRONMENT,
];

/** A field of a section: its name on the page. */
export const nameIn = (section: string, key: string): string => `${section}/${key}`;
