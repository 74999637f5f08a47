/** What the controls accept over HTTP. */
import { z } from "zod";
import type { GraphManners } from "./graph-manners.ts";

const path = z.string().min(2).max(4096);
const count = z.number().int().min(1).max(1_000_000);
const ms = z.number().int().min(0).max(600_000);
const service = z.enum(["dropbox", "facebook", "graph"]);
const percent = z.number().min(0).max(1000);

/** Text, bytes as base64, a picture made from a seed, or a size alone. */
const content = {
  content: z.string().optional(),
  base64: z.base64().optional(),
  picture: z.number().int().min(0).optional(),
  size: z.number().int().min(0).max(10_000_000_000).optional(),
};

const fault = z.strictObject({
  route: z.string().max(200).exactOptional(),
  status: z.number().int().min(200).max(599).exactOptional(),
  when: z.enum(["before", "after"]).exactOptional(),
  answer: z.enum(["status", "lost", "hang"]).exactOptional(),
  retryAfter: z.number().min(0).max(86_400).exactOptional(),
  tag: z.string().max(200).exactOptional(),
  body: z.string().max(10_000).exactOptional(),
  error: z.string().max(100).exactOptional(),
  form: z.enum(["html", "debugInfo", "noCode", "text", "top"]).exactOptional(),
  regainMinutes: z.number().int().min(0).max(100_000).exactOptional(),
  holdSeconds: z.number().min(0).max(1_000_000).exactOptional(),
  count: count.exactOptional(),
  rate: z.number().min(0).max(1).exactOptional(),
});

export const controls = {
  add: z.strictObject({ path, ...content, count: z.number().int().min(1).max(100_000).optional() }),
  edit: z.strictObject({ path, ...content }),
  rename: z.strictObject({ from: path, to: path }),
  move: z.strictObject({ from: path, to: path }),
  delete: z.strictObject({ path, forGood: z.boolean().default(false) }),
  faults: z.strictObject({
    service,
    fault: fault.optional(),
    /** One of the named troubles of the records endpoint or the Graph API. */
    trouble: z.string().optional(),
    route: z.string().max(200).exactOptional(),
    count: count.exactOptional(),
    rate: z.number().min(0).max(1).exactOptional(),
    retryAfter: z.number().min(0).max(86_400).exactOptional(),
    clear: z.boolean().default(false),
  }),
  latency: z.strictObject({ service, ms }),
  token: z.strictObject({
    service,
    action: z.enum(["expire", "revoke"]),
    /** At the Graph API, `expire` ends the Page's token and `revoke` all; this says how. */
    error: z.string().max(100).exactOptional(),
  }),
  reset: z.strictObject({}),
  manners: z.strictObject({
    repeat: z.number().int().min(1).max(20).exactOptional(),
    drop: z.number().int().min(0).max(1000).exactOptional(),
    delayMs: ms.exactOptional(),
    pageMax: z.number().int().min(1).max(2000).exactOptional(),
    emptyPages: z.number().int().min(0).max(100).exactOptional(),
  }),
  register: z.strictObject({ url: z.url({ protocol: /^https?$/ }) }),
  notify: z.strictObject({ times: z.number().int().min(1).max(100).default(1) }),
  /** The Graph API's usage headers; an empty object ends them. */
  usage: z.strictObject({
    app: percent.exactOptional(),
    page: percent.exactOptional(),
    business: percent.exactOptional(),
    regainMinutes: z.number().int().min(0).max(100_000).exactOptional(),
  }),
  /** The Graph API refuses everything for so long; 0 seconds end it. */
  throttle: z.strictObject({
    error: z.string().max(100).default("pageLimit"),
    seconds: z.number().min(0).max(1_000_000),
    status: z.number().int().min(400).max(599).exactOptional(),
    estimate: z.boolean().exactOptional(),
    prolonged: z.boolean().exactOptional(),
  }),
  /** How the Page behaves: see graph-manners.ts. */
  page: z.strictObject({
    photoMaxBytes: count.exactOptional(),
    repeatWindowMs: z.number().int().min(0).exactOptional(),
    pageStoryId: z.boolean().exactOptional(),
    missingReads: z.number().int().min(0).max(100).exactOptional(),
    shortPages: z.boolean().exactOptional(),
    offsets: z.enum(["string", "number"]).exactOptional(),
    errorData: z.enum(["object", "text"]).exactOptional(),
    phaseWord: z.enum(["complete", "completed"]).exactOptional(),
    chunkMaxBytes: z.number().int().min(1).exactOptional(),
    keepsVideos: z.boolean().exactOptional(),
    videoMaxBytes: z.number().int().min(1).exactOptional(),
    processingMs: ms.exactOptional(),
    postIdLagMs: ms.exactOptional(),
    processing: z.enum(["succeeds", "fails"]).exactOptional(),
    finishAgain: z.enum(["success", "refused"]).exactOptional(),
    givesPageToken: z.boolean().exactOptional(),
    unreadableLink: z.string().max(1000).nullable().exactOptional(),
  } satisfies Record<keyof GraphManners, z.ZodType>),
} as const;
