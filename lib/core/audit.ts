/** What people did, as it is kept: when, who, what, on what, and how it ended. Never a secret. Pure. */
import { z } from "zod";

/** By what somebody proved who it is. */
const whoSchema = z.discriminatedUnion("kind", [
  /** A browser that has logged in. */
  z.object({ kind: z.literal("dashboard") }),
  /** A program with ADMIN_TOKEN. */
  z.object({ kind: z.literal("bearer") }),
  /** The same, and it says that it is a command of this relay. */
  z.object({ kind: z.literal("commandLine") }),
  /** A client of the compatible interface: User and Organization, or ADMIN_TOKEN. */
  z.object({ kind: z.literal("platform") }),
  /** The same by the Element token of this instance. */
  z.object({ kind: z.literal("element"), instance: z.string() }),
]);
export type Who = z.infer<typeof whoSchema>;

/** Each act has a name of its own; a call of the compatible interface is named by its route. */
export const ACTS = [
  "login",
  "testNotification",
  "replay",
  "isThere",
  "post",
  "replayMany",
  "planMany",
  "startMany",
  "cancelMany",
  "share",
  "revokeShare",
  "testEvent",
  "callAgain",
  "instance.create",
  "instance.change",
  "instance.status",
  "instance.connect",
  "instance.remove",
] as const;
export type ActName = (typeof ACTS)[number];

export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.number(),
  who: whoSchema,
  act: z.string(),
  on: z.string(),
  ended: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export interface Deed {
  who: Who;
  /** `POST /instances/{id}/token`, where it is a route's. */
  act: ActName | `${string} /${string}`;
  /** A file, an instance, or "" for the relay itself. */
  on: string;
  ended: string;
}

/** Writes down what was done. Throws nothing: what is done is done, and a store that is away keeps nobody from it. */
export type RecordDeed = (deed: Deed) => Promise<void>;

export const BY_DASHBOARD: Who = { kind: "dashboard" };
/** How a command of ours says that it is one. */
export const COMMAND_HEADER = "x-relay-command";
