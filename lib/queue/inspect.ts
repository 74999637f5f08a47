/** Asks QStash about itself. Nothing here changes anything there. */
import { z } from "zod";
import { readBounded } from "../core/read-bounded.ts";
import { safeText } from "../core/safe-text.ts";
import { causeName } from "../core/silence.ts";
import type { SigningKeys } from "./receive.ts";

const TIMEOUT_MS = 5_000;
const ANSWER_MAX_BYTES = 1024 * 1024;

const keysSchema = z.object({ current: z.string(), next: z.string() });
const schedulesSchema = z.array(
  z.looseObject({ destination: z.string(), cron: z.string(), isPaused: z.boolean().nullish() }),
);

export function createQueueInspection(config: { url: string; token: string; fetch: typeof fetch }) {
  async function ask<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    let response: Response;
    let text: string;
    try {
      response = await config.fetch(`${config.url}${path}`, {
        headers: { authorization: `Bearer ${config.token}` },
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = new TextDecoder().decode((await readBounded(response.body, ANSWER_MAX_BYTES)) ?? new Uint8Array());
    } catch (cause) {
      throw new Error(`QStash does not answer: ${causeName(cause)}.`);
    }
    if (!response.ok) throw new Error(`QStash answered ${response.status} ${safeText(text, [config.token])}`.trim());
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) throw new Error("What answers at QSTASH_URL is not QStash.");
    return parsed.data;
  }

  return {
    /** Whether it signs with these. In between a rotation, the current one there is the next one here. */
    async signsWith(keys: SigningKeys): Promise<boolean> {
      const there = await ask("/v2/keys", keysSchema);
      return there.current === keys.current || there.current === keys.next;
    },
    async schedules(): Promise<{ destination: string; cron: string; isPaused: boolean }[]> {
      const all = await ask("/v2/schedules", schedulesSchema);
      return all.map(({ destination, cron, isPaused }) => ({ destination, cron, isPaused: isPaused === true }));
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it
  }
}
