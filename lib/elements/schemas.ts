/** What clients send and get, as schemas: the border, and what the OpenAPI document is made of. */
import { z } from "zod";
import { deadFilterSchema } from "../core/replay.ts";
import { MASK } from "./configuration-keys.ts";

const text = (most: number) => z.string().max(most);
const number = z.number().int();

/** Names and tags are shown on pages of others: markup has never been part of them. */
const plainText = (most: number) =>
  text(most).transform((value) =>
    value
      .replace(/<[^>]*>/g, "")
      .replace(/\p{Cc}+/gu, " ")
      .trim(),
  );
const nameSchema = plainText(200).describe("Markup is taken out.");
const tagSchema = z.union([plainText(200), z.object({ name: plainText(200) }).transform(({ name }) => name)]);
const tagsSchema = z.array(tagSchema).max(50).describe("The whole list: a change replaces it.");

const valueSchema = z
  .union([text(10_000), z.number(), z.boolean(), z.null(), z.record(text(200), z.unknown()), z.array(z.unknown())])
  .describe(`Stored as text. null takes a value away, ${MASK} leaves a secret as it is.`);
const configurationSchema = z
  .record(z.string().min(1).max(200), valueSchema)
  .refine((all) => Object.keys(all).length <= 200, "at most 200 keys");

const elementRefSchema = z
  .object({ key: text(50).optional(), id: z.union([number, text(50)]).optional() })
  .describe("dropbox, by its key or its id");
const providerDataSchema = z.object({ code: z.string().min(1).max(2000).optional() });
const externalSchema = z
  .enum(["none", "initial"])
  .describe("initial: the account's refresh token is in the configuration");

export const createSchema = z.object({
  element: elementRefSchema.optional(),
  name: nameSchema.optional(),
  tags: tagsSchema.default([]),
  providerData: providerDataSchema.optional(),
  configuration: configurationSchema,
  externalAuthentication: externalSchema.optional(),
});
export type CreateBody = z.infer<typeof createSchema>;

export const changeSchema = z.object({
  element: elementRefSchema.optional(),
  name: nameSchema.optional(),
  tags: tagsSchema.optional(),
  providerData: providerDataSchema.optional(),
  configuration: configurationSchema.optional(),
  externalAuthentication: externalSchema.optional(),
});
export type ChangeBody = z.infer<typeof changeSchema>;
export type Values = z.infer<typeof configurationSchema>;

export const propertyChangeSchema = z.object({ propertyValue: valueSchema });

const url = text(2000).refine((value) => /^https?:\/\/\S+$/.test(value) && URL.canParse(value), "must be a URL");
export const oauthUrlSchema = z.object({
  apiKey: z.string().min(1).max(200),
  apiSecret: text(500).optional().describe("Not needed to make the address. Better sent by POST than in an address."),
  callbackUrl: url,
  state: z.string().min(1).max(500).optional(),
  scope: text(1000).optional(),
  siteAddress: text(200).optional(),
});
/** With the deployment's own app. */
export const oauthDefaultSchema = oauthUrlSchema.omit({ apiKey: true, apiSecret: true });
export const oauthUrlAnswer = z.object({ element: z.string(), oauthUrl: z.string() });

const pageSize = z.coerce.number().int().min(1).max(200).default(100);
const nextPage = text(200).optional().describe("From the header Elements-Next-Page-Token of the answer before.");
const tagQuery = z.union([text(200), z.array(text(200)).max(50)]).transform((value) => [value].flat());
export const listQuery = z.object({
  "tags[]": tagQuery.optional().describe("Instances that have all of them."),
  tags: tagQuery.optional(),
  searchText: text(200).optional().describe("Part of a name or a tag."),
  pageSize,
  nextPage,
  hydrate: z.enum(["true", "false"]).optional(),
});
export const pageQuery = z.object({ pageSize, nextPage });
export const noQuery = z.object({});
export const eventsQuery = pageQuery.extend({
  after: z
    .string()
    .regex(/^\d{1,16}$/, "must be the sequence of an event, or 0")
    .optional()
    .describe("The sequence of the last event that was dealt with, or 0: answers those behind it, oldest first."),
});

const elementAnswer = z.looseObject({ id: number, key: z.string(), name: z.string(), hub: z.string() });
export const elementsAnswer = z.array(elementAnswer);
export { elementAnswer };
export const metadataAnswer = z.object({
  id: number,
  key: z.string(),
  name: z.string(),
  description: z.string(),
  events: z.looseObject({ supported: z.boolean(), methods: z.array(z.string()) }),
});
export const keysAnswer = z.array(z.object({ id: number, key: z.string(), name: z.string() }));
export const hubsAnswer = z.array(z.object({ key: z.string(), name: z.string() }));
export const pingAnswer = z.object({ dateTime: z.string(), endpoint: z.string() });
export const emptyAnswer = z.object({});

export const instanceAnswer = z.object({
  id: number,
  name: z.string(),
  createdDate: z.string(),
  token: z.string().describe(`Only where it is made; ${MASK} from then on.`),
  element: elementAnswer,
  elementId: number,
  tags: z.array(z.string()),
  provisionInteractions: z.array(z.unknown()),
  valid: z.boolean().describe("false: Dropbox or the destination refuses its credentials."),
  disabled: z.boolean(),
  maxCacheSize: number,
  cacheTimeToLive: number,
  configuration: z.record(z.string(), z.string().nullable()),
  eventsEnabled: z.boolean(),
  traceLoggingEnabled: z.boolean(),
  cachingEnabled: z.boolean(),
  externalAuthentication: z.string(),
  user: z.object({ id: number }),
});
export const instancesAnswer = z.array(instanceAnswer);
export const instanceOrListAnswer = z.union([instancesAnswer, instanceAnswer]);
export const tokenAnswer = z.object({ id: number, token: z.string() });

export const propertyAnswer = z.object({
  id: number,
  key: z.string(),
  name: z.string(),
  description: z.string(),
  propertyValue: z.string().nullable(),
  type: z.string(),
  required: z.boolean(),
  active: z.boolean(),
  hideFromConsole: z.boolean(),
});
export const propertiesAnswer = z.array(propertyAnswer);

export const eventAnswer = z.object({
  id: z.string(),
  eventDate: z.string(),
  status: z.enum(["NEW", "RECEIVED", "DISPATCHED", "CONSUMED", "NOTIFIED"]),
  sequence: z.string().optional().describe("Where to go on after this event with after."),
  providerData: z.string().describe("JSON of what Dropbox said of the file."),
  notifiedData: z.array(z.looseObject({})),
  eventElementInstances: z.array(z.looseObject({ eventId: z.string(), elementInstanceId: number })),
});
export const replayOneAnswer = z.object({ eventId: z.string(), replayed: z.literal(true) });
export const replaySchema = z.strictObject({
  filter: deadFilterSchema.omit({ link: true }).default({}),
  preview: z.boolean().default(true).describe("Only says what it would do."),
  after: z.string().max(1000).optional().describe("The mark of the answer before, to go on."),
});
export const replayAnswer = z.object({
  looked: number,
  meant: number,
  replayed: number,
  after: z.string().nullable().describe("Null: there are no more."),
});
export const eventsAnswer = z.array(eventAnswer);

export const errorAnswerSchema = z.object({
  requestId: z.string(),
  message: z.string(),
  providerMessage: z.string().optional(),
});
