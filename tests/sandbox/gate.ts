/** The front door both services share: counts, latency, faults, and who knocks while told to wait. */
import type { Asked } from "./asked.ts";
import { type After, wait } from "./clock.ts";
import { createFaults, createRandom, type Fault, matches } from "./faults.ts";

const LOG_MAX = 1000;

export interface GateOptions {
  now: () => number;
  after: After;
  latencyMs?: number;
  /** Same seed, same faults. */
  seed?: number;
  /** How long a caller has to stay away after this answer. By default a 429 says so with `Retry-After`. */
  holdMs?: (response: Response, fault: Fault | null) => number;
}

export interface Logged {
  at: number;
  label: string;
  /** Null: no answer was given. */
  status: number | null;
}

export type Gate = ReturnType<typeof createGate>;

export function createGate(options: GateOptions, answerFor: (fault: Fault) => Response) {
  const faults = createFaults(createRandom(options.seed ?? 1));
  const counts = new Map<string, number>();
  const log: Logged[] = [];
  let latencyMs = options.latencyMs ?? 0;
  let holdUntil = 0;
  let intoHold = 0;

  function note(label: string, status: number | null): void {
    log.push({ at: options.now(), label, status });
    if (log.length > LOG_MAX) log.shift();
  }

  async function answered(request: Asked, fault: Fault | null, serve: () => Promise<Response>): Promise<Response> {
    if (fault === null) return serve();
    if (fault.when === "after") await serve();
    if (fault.answer === "hang") return await untilAborted(request.signal);
    if (fault.answer === "lost") throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    return answerFor(fault);
  }

  return {
    faults,
    log: (): readonly Logged[] => log,
    /** How many requests came, all or those of one route. */
    requests(route?: string): number {
      let sum = 0;
      for (const [label, count] of counts) if (matches(route, label)) sum += count;
      return sum;
    },
    /** Requests that came before the wait an earlier answer had told was over. */
    requestsIntoHold: (): number => intoHold,
    setLatency(ms: number): void {
      latencyMs = ms;
    },
    async pass(request: Asked, label: string, serve: () => Promise<Response>): Promise<Response> {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      if (options.now() < holdUntil) intoHold += 1;
      try {
        await wait(options.after, latencyMs);
        const fault = faults.take(label);
        const response = await answered(request, fault, serve);
        const holdMs = Math.max(retryAfterMs(response), options.holdMs?.(response, fault) ?? 0);
        if (holdMs > 0) holdUntil = Math.max(holdUntil, options.now() + holdMs);
        note(label, response.status);
        return response;
      } catch (cause) {
        note(label, null);
        throw cause;
      }
    },
  };
}

function retryAfterMs(response: Response): number {
  return response.status === 429 ? Number(response.headers.get("retry-after") ?? 0) * 1000 : 0;
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
