/** The one place that writes down what people do, and what reads it for them. */
import { z } from "zod";
import { type AuditEntry, COMMAND_HEADER, type RecordDeed, type Who } from "../core/audit.ts";
import type { Incoming } from "../core/incoming.ts";
import { safeText } from "../core/safe-text.ts";
import type { Log } from "../log.ts";
import type { AuditStore } from "../store/audit-store.ts";
import { reasonOf } from "./answer-job.ts";
import { unavailable } from "./answer-question.ts";
import type { Context } from "./context.ts";
import { privately, refusal } from "./operator-access.ts";

export const AUDIT_PAGE = 50;
const LIMIT_MAX = 200;

export interface Audit {
  record: RecordDeed;
  /** The newest first; null: that was all. */
  page(after: number, limit: number): Promise<{ entries: AuditEntry[]; after: number | null }>;
}

export interface AuditDeps {
  store: AuditStore;
  log: Log;
  now: () => number;
  randomId: () => string;
  /** Taken out of whatever is written. */
  secrets: readonly string[];
}

export function createAudit({ store, log, now, randomId, secrets }: AuditDeps): Audit {
  return {
    async record({ who, act, on, ended }) {
      const entry: AuditEntry = { id: randomId(), at: now(), who, act, on: safeText(on, secrets), ended };
      log.info({ who, act, on: entry.on, ended }, "audit");
      // Also where it could not be kept it is in the log.
      await store.add(entry).catch((cause: unknown) => log.error({ reason: reasonOf(cause) }, "audit.not_kept"));
    },
    async page(after, limit) {
      const entries = await store.page(after, limit);
      return { entries, after: entries.length < limit ? null : after + limit };
    },
  };
}

/** A program with ADMIN_TOKEN: ours, if it says so. */
export const bearerOf = (request: Pick<Incoming, "headers">): Who => ({
  kind: request.headers.get(COMMAND_HEADER) === null ? "bearer" : "commandLine",
});

const querySchema = z.object({
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(AUDIT_PAGE),
  after: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

/** `GET ?limit=&after=`. */
export async function answerAudit(context: Context, request: Request): Promise<Response> {
  const refused = refusal(context.adminToken, request);
  if (refused !== null) return refused;
  const query = querySchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!query.success) return privately({ message: `limit is 1 to ${LIMIT_MAX}, after the one of an answer` }, 400);
  try {
    return privately(await context.services.audit.page(query.data.after, query.data.limit));
  } catch (cause) {
    return unavailable(context, cause);
  }
}
