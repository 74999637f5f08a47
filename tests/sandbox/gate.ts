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

/** A 429 with `Retry-After`: when it was answered, and when the wait ends. */
export interface Wait {
  at: number;
  until: number;
  /** False: who asked had gone. */
  heard: boolean;
}

export type Gate = ReturnType<typeof createGate>;

export function createGate(options: GateOptions, answerFor: (fault: Fault) => Response) {
  const faults = createFaults(createRandom(options.seed ?? 1));
  const counts = new Map<string, number>();
  const log: Logged[] = [];
  let latencyMs = options.latencyMs ?? 0;
  const waits: Wait[] = [];
  const tooEarly: number[] = [];
  let holdUntil = 0;
  let intoHold = 0;

  function keep<T>(list: T[], one: T): void {
    list.push(one);
    if (list.length > LOG_MAX) list.shift();
  }

  const note = (label: string, status: number | null) => keep(log, { at: options.now(), label, status });

  function hold(ms: number, heard: boolean): void {
    const at = options.now();
    keep(waits, { at, until: at + ms, heard });
    holdUntil = Math.max(holdUntil, at + ms);
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
    /** When the last thousand of them came. */
    tooEarly: (): readonly number[] => tooEarly,
    /** The last thousand waits that were asked for. */
    waits: (): readonly Wait[] => waits,
    setLatency(ms: number): void {
      latencyMs = ms;
    },
    async pass(request: Asked, label: string, serve: () => Promise<Response>): Promise<Response> {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      const cameAt = options.now();
      if (cameAt < holdUntil) {
        intoHold += 1;
        keep(tooEarly, cameAt);
      }
      try {
        await wait(options.after, latencyMs);
        const fault = faults.take(label);
        const response = await answered(request, fault, serve);
        const holdMs = Math.max(retryAfterMs(response), options.holdMs?.(response, fault) ?? 0);
        if (holdMs > 0) hold(holdMs, !request.signal.aborted);
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
