/**
 * Requests to addresses that somebody else chose. Every address a name resolves to is judged when the connection is
 * made, and the connection goes to one of those that were judged: a name that changes its mind gains nothing. Redirects
 * are not followed; undici's `request` does not know how.
 */
import { lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector, request } from "undici";
import { isAllowed } from "./address-class.ts";
import { type CallbackRules, type Refusal, whyNotCallback } from "./why-not-callback.ts";

/** The code of a connection that was not made, as `causeName` tells it. */
export const REFUSED_CODE = "EADDRESSREFUSED";

export interface GuardedRequest {
  method: "POST";
  headers: Record<string, string>;
  body: string;
  redirect: "manual";
  signal: AbortSignal;
}

/** `fetch` is one. */
export type GuardedFetch = (
  url: string,
  request: GuardedRequest,
) => Promise<{ status: number; headers: Pick<Headers, "get">; body: AsyncIterable<Uint8Array> | null }>;

export type AddressLookup = (
  host: string,
  done: (error: Error | null, addresses: readonly { address: string; family: number }[]) => void,
) => void;

export interface GuardOptions extends CallbackRules {
  /** In place of the system's own. */
  lookup?: AddressLookup;
}

const refused = (): Error => Object.assign(new Error("the address is not public"), { code: REFUSED_CODE });

/** A lookup for sockets that gives no address unless every one it found may be called. */
function judged(lookup: AddressLookup, allowPrivate: boolean): LookupFunction {
  return (host, options, done) => {
    lookup(host, (error, found) => {
      const fault =
        error ??
        (found.length > 0 && found.every(({ address }) => isAllowed(address, allowPrivate)) ? null : refused());
      const [first] = found;
      if (fault !== null || first === undefined) return done(fault, "", 0);
      if (options.all === true) return done(null, [...found]);
      return done(null, first.address, first.family);
    });
  };
}

const everyAddress: AddressLookup = (host, done) =>
  systemLookup(host, { all: true }, (error, addresses) => done(error, addresses ?? []));

/** Throws nothing of its own but what `fetch` throws: a TypeError whose cause tells, or the reason of the signal. */
export function createGuardedFetch(options: GuardOptions): GuardedFetch {
  const { allowPrivate, lookup = everyAddress } = options;
  const connect = buildConnector({ lookup: judged(lookup, allowPrivate) });
  const agent = new Agent({
    connect(how, done) {
      connect(how, (...[error, socket]) => {
        if (error !== null) return done(error, null);
        // An address in the URL is looked up by nobody: here every connection passes.
        if (isAllowed(socket.remoteAddress ?? "", allowPrivate)) return done(null, socket);
        socket.destroy();
        return done(refused(), null);
      });
    },
  });
  return async (url, { method, headers, body, signal }) => {
    if (whyNotCallback(url, options) !== null) throw new TypeError("fetch failed", { cause: refused() });
    try {
      const answer = await request(url, {
        dispatcher: agent,
        method,
        // The answer is read as it comes, so it must not be compressed.
        headers: { ...headers, "accept-encoding": "identity" },
        body,
        signal,
      });
      return {
        status: answer.statusCode,
        headers: { get: (name) => answer.headers[name.toLowerCase()]?.toString() ?? null },
        body: answer.body,
      };
    } catch (cause) {
      throw signal.aborted ? signal.reason : new TypeError("fetch failed", { cause });
    }
  };
}

/** The same judgement for the moment an address is saved: by its text, and by what its name resolves to now. */
export async function whyNotCallbackNow(
  url: string,
  options: GuardOptions,
): Promise<Refusal | { code: "unknownName"; words: string } | null> {
  const byText = whyNotCallback(url, options);
  if (byText !== null) return byText;
  const { allowPrivate, lookup = everyAddress } = options;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return null;
  const found = await new Promise<readonly { address: string }[]>((resolve) =>
    lookup(host, (error, addresses) => resolve(error === null ? addresses : [])),
  );
  if (found.length === 0) return { code: "unknownName", words: "must have a name that can be looked up" };
  return found.every(({ address }) => isAllowed(address, allowPrivate))
    ? null
    : { code: "address", words: "must not lead to an address that is not public" };
}
