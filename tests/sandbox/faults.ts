/** What can go wrong on purpose, for both services: which requests are hit, how often, and what happens to them. */

export interface Fault {
  /** `files/list_folder`, `POST /v1/records`, `POST`, or `files/*`; absent: every request. */
  route?: string;
  /** The status to answer; not used by `lost` and `hang`. */
  status?: number;
  /** `after`: the request has its effect, and only then goes wrong. */
  when?: "before" | "after";
  /** `lost`: the connection breaks without an answer. `hang`: no answer until the caller gives up. */
  answer?: "status" | "lost" | "hang";
  /** Seconds for the `Retry-After` header; absent: no header. */
  retryAfter?: number;
  /** The error's tag chain, such as `path/not_found`, where the service has tags. */
  tag?: string;
  /** A row of the Graph API's errors, by name, code or `code/subcode`. */
  error?: string;
  /** An answer that is not the Graph API's usual error. */
  form?: "html" | "debugInfo" | "noCode" | "text" | "top";
  /** Minutes in the header that says when the Graph API can be asked again. */
  regainMinutes?: number;
  /** Requests within this time count as sent into a hold, although the answer does not tell it. */
  holdSeconds?: number;
  /** The literal body, instead of the service's own error form. */
  body?: string;
  /** Hit this many requests; without `count` and `rate`, one. */
  count?: number;
  /** Hit this share of requests (0 to 1). */
  rate?: number;
}

export type Faults = ReturnType<typeof createFaults>;

export function createFaults(random: () => number) {
  let active: { fault: Fault; left: number }[] = [];

  const hits = (entry: { fault: Fault; left: number }): boolean =>
    entry.fault.rate === undefined ? entry.left > 0 : entry.left > 0 && random() < entry.fault.rate;

  return {
    add(fault: Fault): void {
      active.push({ fault, left: fault.count ?? (fault.rate === undefined ? 1 : Number.POSITIVE_INFINITY) });
    },
    clear(): void {
      active = [];
    },
    list: (): Fault[] => active.map((entry) => entry.fault),
    /** The fault that hits this request, or null. `label` is `METHOD /path`. */
    take(label: string): Fault | null {
      const entry = active.find((one) => matches(one.fault.route, label) && hits(one));
      if (entry === undefined) return null;
      entry.left -= 1;
      active = active.filter((one) => one.left > 0);
      return entry.fault;
    },
  };
}

/** A route names the end of a label, its method, or, with a star, any part of it. */
export function matches(route: string | undefined, label: string): boolean {
  if (route === undefined || route === "*") return true;
  if (route.endsWith("*")) return label.includes(route.slice(0, -1));
  return label === route || label.endsWith(`/${route.replace(/^\//, "")}`) || label.startsWith(`${route} `);
}

/** Random numbers that come in the same order for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
