/** The names of configuration, each with what a form would say of it. Names that are not here are kept as they come. */
import { createHash } from "node:crypto";

export interface KeyFacts {
  key: string;
  name: string;
  type: "text" | "password" | "boolean" | "number" | "JSON";
  required?: boolean;
  hidden?: boolean;
  description?: string;
}

/** In place of what is never shown; as an input it means "as it was". */
export const MASK = "********";

/** Ours begin so, but for the format and the policy of a notification. */
export const isOwnKey = (key: string): boolean => /^relay\.|^event\.notification\.(format|policy)$/.test(key);

const OAUTH: KeyFacts[] = [
  { key: "oauth.api.key", name: "API Key", type: "password", required: true },
  { key: "oauth.api.secret", name: "API Secret", type: "password", required: true },
  { key: "oauth.callback.url", name: "OAuth Callback URL", type: "text", required: true },
  { key: "oauth.scope", name: "OAuth Scope", type: "text", hidden: true },
  { key: "oauth.user.refresh_token", name: "OAuth Refresh Token", type: "password", hidden: true },
];

const EVENTS: KeyFacts[] = [
  { key: "event.notification.enabled", name: "Events Enabled", type: "boolean" },
  { key: "event.vendor.type", name: "Event Type", type: "text", description: "webhook, or polling" },
  { key: "event.notification.type", name: "Event Notification Type", type: "text", hidden: true },
  { key: "event.notification.callback.url", name: "Event Notification Callback URL", type: "text" },
  { key: "event.notification.signature.key", name: "Callback Notification Signature Key", type: "password" },
  {
    key: "event.notification.callback.headers",
    name: "Event Notification Callback Headers",
    type: "password",
    description: "a JSON object, or lines of the form Name: value; masked, since one may be a token",
  },
  { key: "event.notification.basic.username", name: "Event Notification Basic Username", type: "text" },
  { key: "event.notification.basic.password", name: "Event Notification Basic Password", type: "password" },
  {
    key: "event.notification.format",
    name: "Event Notification Format",
    type: "text",
    description: "elements, or cloudevents: what the body of a notification looks like",
  },
  {
    key: "event.notification.policy",
    name: "Event Notification Policy",
    type: "text",
    description: "retry, or queue: nothing is sent, and events wait to be fetched with GET …/events?after=",
  },
  { key: "event.poller.refresh_interval", name: "Event poller refresh interval (mins)", type: "number" },
  { key: "event.poller.configuration", name: "Configure Polling", type: "JSON" },
];

const OWN: KeyFacts[] = [
  { key: "relay.folder", name: "Folder", type: "text", description: "begins with a slash; empty for everything" },
  { key: "relay.include", name: "Include", type: "text", description: "globs, separated by commas" },
  { key: "relay.exclude", name: "Exclude", type: "text", description: "globs, separated by commas" },
  { key: "relay.extensions", name: "Extensions", type: "text", description: "separated by commas" },
  { key: "relay.size.max", name: "Largest file (bytes)", type: "number" },
  { key: "relay.backfill", name: "Files that are there already", type: "text", description: "none, or all" },
  {
    key: "relay.signing.secret",
    name: "Signing secret",
    type: "password",
    description: "of Standard Webhooks; else the signature key, and without that one is made and shown once",
  },
  {
    key: "relay.signing.secret.previous",
    name: "Signing secret being rotated out",
    type: "password",
    description: "signs too, for as long as it is set",
  },
  {
    key: "relay.environment",
    name: "Publish as the environment says",
    type: "boolean",
    description: "where the deployment's own instance publishes",
  },
  { key: "relay.records.url", name: "Records endpoint", type: "text" },
  { key: "relay.records.token", name: "Records endpoint's token", type: "password" },
  { key: "relay.page.id", name: "Facebook Page", type: "text", description: "the Page's number" },
  { key: "relay.page.token", name: "Page token", type: "password" },
];

/** Of a Page's destination: our name, and the one it has here. */
export const PAGE_SETTINGS = [
  { key: "relay.page.message", setting: "message", name: "Message template", type: "text" },
  { key: "relay.page.captions", setting: "captions", name: "Captions from files", type: "boolean" },
  { key: "relay.page.album.max", setting: "albumMax", name: "Photos in one post", type: "number" },
  { key: "relay.page.album.window", setting: "albumWindowSeconds", name: "Album window (seconds)", type: "number" },
  { key: "relay.page.on.edit", setting: "onEdit", name: "When a file is edited", type: "text" },
  { key: "relay.page.on.delete", setting: "onDelete", name: "When a file is gone", type: "text" },
  { key: "relay.page.videos", setting: "videos", name: "Videos", type: "text" },
  { key: "relay.page.other.files", setting: "otherFiles", name: "Other files", type: "text" },
  { key: "relay.page.upload", setting: "uploadBy", name: "How photos are uploaded", type: "text" },
  { key: "relay.page.video.max", setting: "videoMaxBytes", name: "Largest video (bytes)", type: "number" },
  { key: "relay.page.posts.per.day", setting: "postsPerDay", name: "Posts in 24 hours", type: "number" },
  { key: "relay.page.spacing", setting: "spacingSeconds", name: "Seconds between two posts", type: "number" },
] as const satisfies readonly (KeyFacts & { setting: string })[];

export const KEYS: readonly KeyFacts[] = [...OAUTH, ...EVENTS, ...OWN, ...PAGE_SETTINGS];
const byKey = new Map(KEYS.map((one) => [one.key, one]));

/** What nobody described, but is called like a secret, is treated as one. */
const LIKE_A_SECRET = /secret|password|passphrase|token|credential|signature|(^|[._-])(api)?key$/i;

export const factsOf = (key: string): KeyFacts =>
  byKey.get(key) ?? { key, name: key, type: LIKE_A_SECRET.test(key) ? "password" : "text" };
export const isSecretKey = (key: string): boolean => factsOf(key).type === "password";

/** The number that names a key in a path: made of the name, so that it is the same everywhere and for ever. */
export const configIdOf = (key: string): number => createHash("sha256").update(key).digest().readUInt32BE(0);
