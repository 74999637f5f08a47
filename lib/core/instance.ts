/**
 * A connector instance: one Dropbox account and folder, and where its files go. What is stored in the clear; its
 * secrets are sealed apart from it, by name. Pure.
 */
import { z } from "zod";

/** Decimal and counted, so that the sweep walks all instances in a fixed order; below 2^53, so that it is a number too. */
export const INSTANCE_ID = /^[1-9]\d{0,14}$/;
/** Of one Dropbox account: all of them are read at each of its notifications. */
export const ACCOUNT_INSTANCES_MAX = 100;
const DESTINATIONS_MAX = 8;
const OUTBOXES_MAX = 50;
/** No interval of polling is shorter. */
export const POLL_MIN_SECONDS = 60;

const text = (most: number) => z.string().min(1).max(most);
const httpUrl = z
  .string()
  .max(2000)
  .refine((value) => /^https?:\/\/\S+$/.test(value) && URL.canParse(value), "must be an http or https URL");
/** Names the destination's secrets, and its outbox: another address that is to start afresh gets another one. */
const destinationId = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,31}$/, "must be lower-case letters and digits")
  .refine((value) => value !== SOURCE, "is the name of the Dropbox side");
const patterns = z.array(text(500)).max(100);

const rulesSchema = z.object({
  include: patterns.default([]),
  exclude: patterns.default([]),
  extensions: patterns.default([]),
  sizeMaxBytes: z
    .number()
    .int()
    .positive()
    .default(4 * 1024 ** 3),
});

const pageSettingsSchema = z.object({
  /** Liquid template; null: the one that comes with us. */
  message: z.string().max(10_000).nullable().default(null),
  captions: z.boolean().default(true),
  albumMax: z.number().int().min(1).max(40).default(10),
  albumWindowSeconds: z.number().int().min(0).max(3600).default(0),
  onEdit: z.enum(["keep", "text", "replace"]).default("keep"),
  onDelete: z.enum(["keep", "hide", "delete"]).default("keep"),
  videos: z.enum(["video", "reel", "skip"]).default("video"),
  otherFiles: z.enum(["text", "link", "skip"]).default("text"),
  uploadBy: z.enum(["bytes", "url"]).default("bytes"),
  videoMaxBytes: z.number().int().min(1).max(10_000_000_000).default(2_000_000_000),
  postsPerDay: z.number().int().min(0).max(10_000).default(25),
  spacingSeconds: z.number().int().min(0).max(86_400).default(0),
});

export const destinationSchema = z.discriminatedUnion("kind", [
  /** Where the environment's own instance publishes, with the same credential. */
  z.object({ kind: z.literal("environment"), id: destinationId }),
  /** Secret: `token`. */
  z.object({
    kind: z.literal("records"),
    id: destinationId,
    url: httpUrl,
    width: z.number().int().min(1).max(64).default(16),
  }),
  /** Secret: `token`, of the Page or of whom it is derived from. */
  z.object({
    kind: z.literal("page"),
    id: destinationId,
    pageId: z.string().regex(/^\d{1,32}$/, "must be the Page's number"),
    pageName: z.string().max(200).default(""),
    settings: pageSettingsSchema.prefault({}),
  }),
  /** Secrets as its folder names them. */
  z.object({
    kind: z.literal("callback"),
    id: destinationId,
    url: httpUrl,
    settings: z.record(text(100), z.string().max(10_000)).default({}),
  }),
]);
export type DestinationSettings = z.infer<typeof destinationSchema>;

export const STATUSES = ["active", "paused", "unauthorized", "disabled"] as const;
/** What `unauthorized` is about when it is the Dropbox side; else the destination's id. */
export const SOURCE = "source";

export const instanceSchema = z.object({
  id: z.string().regex(INSTANCE_ID),
  name: text(200),
  tags: z.array(text(200)).max(50),
  /** The Dropbox account, and how a person knows it. */
  account: z.string().regex(/^[A-Za-z0-9:_-]{1,128}$/),
  accountLabel: z.string().max(300).default(""),
  folder: z
    .string()
    .max(4000)
    .refine((value) => value === "" || /^\/.*[^/]$/.test(value), "must begin with / and not end in one, or be empty"),
  backfill: z.enum(["none", "all"]).default("none"),
  rules: rulesSchema.prefault({}),
  destinations: z
    .array(destinationSchema)
    .max(DESTINATIONS_MAX)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "two destinations have the same id"),
  /** Every outbox it ever had: a destination that is chosen again finds what it delivered before. */
  outboxes: z.array(text(200)).max(OUTBOXES_MAX).default([]),
  status: z.enum(STATUSES),
  /** False from the account's consent until a person has said, once, where its files go: it has not begun. */
  isSetUp: z.boolean().default(true),
  /** Why it is `unauthorized`: which side refused, and what a person can do. */
  trouble: z.object({ side: z.string(), message: z.string().max(500), at: z.number() }).nullable(),
  /** Lists at this interval instead of at notifications; null: at notifications. */
  pollSeconds: z.number().int().min(POLL_MIN_SECONDS).max(86_400).nullable(),
  /** Files of the first listing that were modified before this (ms) are old. */
  since: z.number(),
  createdAt: z.number(),
  updatedAt: z.number(),
  /**
   * When (ms) somebody last said that its callback is to be called, whatever that answered before: part of the endpoint's
   * name, so that by one write nothing is known against it any more. 0: nobody has.
   */
  calledSince: z.number().default(0),
  /** Settings of a compatible interface that mean nothing to us, kept for whoever sent them. Never a secret. */
  configuration: z.record(text(200), z.string().max(10_000)).default({}),
});
export type Instance = z.infer<typeof instanceSchema>;
/** What whoever makes one has to say. */
export type InstanceDraft = Omit<
  z.input<typeof instanceSchema>,
  "id" | "outboxes" | "status" | "trouble" | "since" | "createdAt" | "updatedAt" | "calledSince"
>;

/** Whether its folder is listed: not while paused, disabled, or refused by Dropbox. */
export const lists = ({ status, trouble }: Instance): boolean =>
  status === "active" || (status === "unauthorized" && trouble?.side !== SOURCE);

/** Names the destination's outbox in Redis. A Page's holds ids of posts, so another Page has another one. */
export const outboxOf = (instance: string, destination: DestinationSettings): string =>
  `${instance}_${destination.id}${destination.kind === "page" ? `_${destination.pageId}` : ""}`;

/** Outboxes that a destination had at other places before, as at another Page. */
export const formerOutboxesOf = (instance: Instance, destination: DestinationSettings): string[] =>
  instance.outboxes.filter(
    (name) => name !== outboxOf(instance.id, destination) && name.startsWith(`${instance.id}_${destination.id}_`),
  );

/** With the outboxes of its destinations among all that it ever had, newest last. */
export const withOutboxes = (instance: Instance): Instance => {
  const now = instance.destinations.map((one) => outboxOf(instance.id, one));
  return { ...instance, outboxes: [...new Set([...instance.outboxes, ...now])].slice(-OUTBOXES_MAX) };
};
