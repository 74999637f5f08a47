/**
 * The platform's own doors to time and network, given to the simulation for one run: the SDKs of Redis and QStash use the
 * global `fetch` and `setTimeout`, and every time limit is an `AbortSignal.timeout`.
 */
import type { Timer, VirtualTime } from "./virtual-time.ts";

/** Ends the time limit of a request that was answered, so that it costs the simulation no event. */
export type EndLimit = (signal: AbortSignal | null | undefined) => void;

/** Replaces the doors; `restore` gives them back. */
export function takePlatform(
  time: VirtualTime,
  fetchFor: typeof fetch,
  say: (line: string) => void,
): { endLimit: EndLimit; restore: () => void } {
  const real = {
    fetch,
    setTimeout,
    clearTimeout,
    timeout: AbortSignal.timeout,
    error: console.error,
    warn: console.warn,
  };
  const { subtle } = globalThis.crypto;
  const limits = new WeakMap<AbortSignal, Timer>();

  globalThis.fetch = fetchFor;
  // The QStash SDK tells its failures there.
  console.error = console.warn = (...given: unknown[]) => say(`console ${given.join(" ")}`);
  globalThis.setTimeout = ((run: () => void, ms = 0) => time.after(ms, run)) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((timer?: Timer) => {
    if (timer !== undefined) timer.run = null;
  }) as unknown as typeof clearTimeout;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    const abort = () => controller.abort(new DOMException("the time is up", "TimeoutError"));
    limits.set(controller.signal, time.after(ms, abort));
    return controller.signal;
  };
  const methods = ["digest", "encrypt", "decrypt", "importKey", "sign", "verify"] as const;
  for (const name of methods) {
    const inner = subtle[name] as (...given: unknown[]) => Promise<unknown>;
    Object.defineProperty(subtle, name, {
      configurable: true,
      async value(...given: unknown[]) {
        time.crypto.began();
        try {
          return await inner.apply(subtle, given);
        } finally {
          time.crypto.ended();
        }
      },
    });
  }

  return {
    endLimit(signal) {
      const timer = signal ? limits.get(signal) : undefined;
      if (timer !== undefined) timer.run = null;
    },
    restore() {
      globalThis.fetch = real.fetch;
      globalThis.setTimeout = real.setTimeout;
      globalThis.clearTimeout = real.clearTimeout;
      AbortSignal.timeout = real.timeout;
      console.error = real.error;
      console.warn = real.warn;
      for (const name of methods) Reflect.deleteProperty(subtle, name);
    },
  };
}
