/** A person's login: the dialog, the code that an "OK" gives, the token that lasts, and the portfolios they work in. */
import { randomBytes } from "node:crypto";
import { answer, refuse } from "./graph-answers.ts";
import type { GraphCall } from "./graph-request.ts";
import type { GraphTokens } from "./graph-tokens.ts";

const CODE_LIFE_MS = 10 * 60_000;
const SHORT_MS = 2 * 3600_000;
const LONG_MS = 60 * 86_400_000;

export interface Portfolio {
  id: string;
  name: string;
  /** `token` null: this person may not work on its content. */
  pages: { id: string; name: string; token: string | null }[];
}

export interface GraphLoginOptions {
  now: () => number;
  appId: string;
  appSecret?: string;
  portfolios?: readonly Portfolio[];
}

export function createGraphLogin(options: GraphLoginOptions, tokens: GraphTokens) {
  const { now, appId, appSecret, portfolios = [] } = options;
  const codes = new Map<string, { redirectUri: string; until: number }>();
  let lasting = 0;

  function dialog({ method, param }: GraphCall): Response {
    const redirectUri = param("redirect_uri") ?? "";
    if (param("client_id") !== appId || param("response_type") !== "code" || !URL.canParse(redirectUri))
      return refuse("invalidParameter", { message: "Invalid App ID or redirect" });
    if (method === "GET")
      return new Response(
        '<!doctype html><title>Facebook (emulated)</title><h1>Continue as Sandbox Owner?</h1><form method="post"><button name="answer" value="allow">Continue</button> <button name="answer" value="deny">Cancel</button></form>',
        { headers: { "content-type": "text/html; charset=utf-8" } },
      );
    const back = new URL(redirectUri);
    back.searchParams.set("state", param("state") ?? "");
    if (param("answer") === "allow") {
      const code = randomBytes(48).toString("base64url");
      codes.set(code, { redirectUri, until: now() + CODE_LIFE_MS });
      back.searchParams.set("code", code);
    } else {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_reason", "user_denied");
    }
    return new Response(null, { status: 302, headers: { location: back.href } });
  }

  function exchange({ param, query }: GraphCall): Response {
    if (appSecret === undefined || param("client_id") !== appId || param("client_secret") !== appSecret)
      return refuse("invalidParameter", { message: "Error validating client secret." });
    if (query.has("client_secret") || query.has("code") || query.has("fb_exchange_token"))
      return refuse("invalidParameter", { message: "the emulator takes no secret in an address" });
    if (param("grant_type") === "fb_exchange_token") {
      if (!tokens.isGood(param("fb_exchange_token") ?? "")) return refuse("badToken");
      lasting += 1;
      return answer({
        access_token: tokens.issueUser(now() + LONG_MS),
        token_type: "bearer",
        expires_in: LONG_MS / 1000,
      });
    }
    const code = codes.get(param("code") ?? "");
    codes.delete(param("code") ?? "");
    if (code === undefined || code.until <= now() || code.redirectUri !== param("redirect_uri"))
      return refuse("invalidParameter", { message: "This authorization code has been used, or has expired." });
    return answer({
      access_token: tokens.issueUser(now() + SHORT_MS),
      token_type: "bearer",
      expires_in: SHORT_MS / 1000,
    });
  }

  const page = (id: string) => portfolios.flatMap(({ pages }) => pages).find((one) => one.id === id) ?? null;
  const listed = (call: GraphCall, all: readonly { id: string; name: string }[]): Response => {
    // One at a time, so that whoever reads only the first page of a list is found out.
    const from = Number(call.param("after") ?? "0");
    const data = all.slice(from, from + 1).map(({ id, name }) => ({ id, name }));
    const more = from + 1 < all.length;
    const paging = {
      cursors: { before: `${from}`, after: `${from + 1}` },
      ...(more ? { next: `${call.base}/next` } : {}),
    };
    return answer(data.length === 0 ? { data } : { data, paging });
  };

  return {
    dialog,
    exchange,
    /** How many tokens that last were given out. */
    lasting: (): number => lasting,
    /** Null: it is none of the portfolios' business. */
    read(call: GraphCall): Response | null {
      const [first = "", edge] = call.path;
      if (first === "me" && edge === "businesses") return listed(call, portfolios);
      const portfolio = portfolios.find(({ id }) => id === first);
      if (portfolio !== undefined && edge === "owned_pages") return listed(call, portfolio.pages);
      if (portfolio !== undefined && edge === "client_pages") return listed(call, []);
      const found = page(first);
      if (found === null || edge !== undefined) return null;
      const { id, name, token } = found;
      return answer({ id, name, ...(token === null ? {} : { access_token: token }) });
    },
  };
}
