/** What the controls accept over HTTP. */
import { z } from "zod";

const path = z.string().min(2).max(4096);
const count = z.number().int().min(1).max(1_000_000);
const ms = z.number().int().min(0).max(600_000);
const service = z.enum(["dropbox", "facebook"]);

/** Text, bytes as base64, or a size alone. */
const content = {
  content: z.string().optional(),
  base64: z.base64().optional(),
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
    /** One of the records endpoint's named troubles. */
    trouble: z.string().optional(),
    count: count.exactOptional(),
    rate: z.number().min(0).max(1).exactOptional(),
    retryAfter: z.number().min(0).max(86_400).exactOptional(),
    clear: z.boolean().default(false),
  }),
  latency: z.strictObject({ service, ms }),
  token: z.strictObject({ service, action: z.enum(["expire", "revoke"]) }),
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
} as const;
