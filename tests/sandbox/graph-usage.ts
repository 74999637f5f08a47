/** Usage headers, and the time in which everything is refused because too much was asked. */
import { type ErrorMore, errorAnswer } from "./graph-answers.ts";
import { graphErrorOf } from "./graph-errors.ts";

export interface Usage {
  /** Percentages; a header whose number is missing is not sent. */
  app?: number;
  page?: number;
  business?: number;
  /** Minutes, in the business header; 0: not blocked. */
  regainMinutes?: number;
}

export interface Throttle {
  /** A row of the errors: `pageLimit`, `4`, `613/1996`. */
  error: string;
  seconds: number;
  status?: number;
  /** Off: the answer does not say how long it lasts. */
  estimate?: boolean;
  /** Each request that comes all the same makes it start again. */
  prolonged?: boolean;
}

export type GraphUsage = ReturnType<typeof createGraphUsage>;

export function createGraphUsage(now: () => number, pageId: string) {
  let usage: Usage = {};
  let throttle: Throttle | null = null;
  let until = 0;

  const shares = (percent: number) => ({ call_count: percent, total_cputime: percent, total_time: percent });

  function businessHeader(percent: number, minutes: number): string {
    const entry = (type: string, used: number, regain: number) => ({
      ...{ type, ...shares(used), estimated_time_to_regain_access: regain },
    });
    return JSON.stringify({ [pageId]: [entry("messenger", 0, 0), entry("pages", percent, minutes)] });
  }

  return {
    set(next: Usage): void {
      usage = next;
    },
    throttle(next: Throttle | null): void {
      throttle = next;
      until = next === null ? 0 : now() + next.seconds * 1000;
    },
    /** The refusal while too much was asked; null otherwise. */
    refused(): Response | null {
      if (throttle === null || now() >= until) return null;
      if (throttle.prolonged === true) until = now() + throttle.seconds * 1000;
      const more: ErrorMore = throttle.status === undefined ? {} : { status: throttle.status };
      const response = errorAnswer(graphErrorOf(throttle.error), more);
      if (throttle.estimate !== false)
        response.headers.set("x-business-use-case-usage", businessHeader(100, Math.ceil((until - now()) / 60_000)));
      return response;
    },
    blockedFor: (minutes: number): [string, string] => ["x-business-use-case-usage", businessHeader(100, minutes)],
    /** Milliseconds a caller who read this answer has to stay away; without an estimate, what is really left. */
    holdMs(response: Response): number {
      const estimates = /"estimated_time_to_regain_access":(\d+)/g;
      const header = response.headers.get("x-business-use-case-usage") ?? "";
      const minutes = Math.max(0, ...[...header.matchAll(estimates)].map((match) => Number(match[1])));
      const told = minutes * 60_000;
      // Rounded up to minutes on the wire: who comes after the real end did nothing wrong.
      return throttle !== null && until > now() ? until - now() : told;
    },
    /** The same answer, with the headers that are set. */
    addTo(response: Response): Response {
      const { app, page, business, regainMinutes } = usage;
      if (app !== undefined) response.headers.set("x-app-usage", JSON.stringify(shares(app)));
      if (page !== undefined) response.headers.set("x-page-usage", JSON.stringify(shares(page)));
      const isWanted = business !== undefined || regainMinutes !== undefined;
      if (isWanted && !response.headers.has("x-business-use-case-usage"))
        response.headers.set("x-business-use-case-usage", businessHeader(business ?? 100, regainMinutes ?? 0));
      return response;
    },
  };
}
