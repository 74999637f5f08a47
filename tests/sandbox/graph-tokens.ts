/** Access tokens of a person, a system user and the Page: who may do what, how each dies, and the proof of the app secret. */
import { createHmac, randomBytes } from "node:crypto";
import { answer, errorAnswer, errorBody, refuse } from "./graph-answers.ts";
import { type GraphError, graphErrorOf } from "./graph-errors.ts";
import type { GraphCall } from "./graph-request.ts";

const PROOF_SECONDS = 300;
const SCOPES = ["pages_show_list", "pages_read_engagement", "pages_manage_posts"];

export type TokenKind = "user" | "system" | "page";

export interface GraphTokenOptions {
  now: () => number;
  appId: string;
  /** Set: every call needs `appsecret_proof`. */
  appSecret?: string;
  pageToken?: string;
  userToken?: string;
  systemToken?: string;
  newToken?: () => string;
}

interface Held {
  kind: TokenKind;
  issuedAt: number;
  /** 0: never. */
  expiresAt: number;
  /** How it was ended, if it was. */
  dead: GraphError | null;
}

export type GraphTokens = ReturnType<typeof createGraphTokens>;

export function createGraphTokens(options: GraphTokenOptions & { pageId: string }) {
  const { now, appId, appSecret, newToken = () => `EAA${randomBytes(48).toString("base64url")}` } = options;
  const held = new Map<string, Held>();
  const current = {
    user: options.userToken ?? newToken(),
    system: options.systemToken ?? newToken(),
    page: options.pageToken ?? newToken(),
  };
  const put = (token: string, kind: TokenKind) => held.set(token, { kind, issuedAt: now(), expiresAt: 0, dead: null });
  for (const kind of ["user", "system", "page"] as const) put(current[kind], kind);
  let derived = 0;
  let inUrl = 0;

  function whyDead(token: string): GraphError | null {
    const entry = held.get(token);
    if (entry === undefined) return graphErrorOf("badToken");
    if (entry.dead !== null) return entry.dead;
    return entry.expiresAt !== 0 && entry.expiresAt <= now() ? graphErrorOf("expired") : null;
  }

  function kindOf(call: GraphCall): TokenKind | Response {
    if (call.token === null) return refuse("noToken");
    const dead = whyDead(call.token);
    return dead === null ? (held.get(call.token)?.kind ?? refuse("badToken")) : errorAnswer(dead);
  }

  function proofRefused(call: GraphCall, token: string): Response | null {
    if (appSecret === undefined) return null;
    const proof = call.param("appsecret_proof");
    if (proof === undefined)
      return refuse("invalidParameter", { message: "API calls from the server require an appsecret_proof argument" });
    const time = call.param("appsecret_time");
    const fresh = time === undefined || Math.abs(now() / 1000 - Number(time)) <= PROOF_SECONDS;
    const message = time === undefined ? token : `${token}|${time}`;
    const right = createHmac("sha256", appSecret).update(message).digest("hex") === proof;
    if (right && fresh) return null;
    return refuse("invalidParameter", { message: "Invalid appsecret_proof provided in the API argument" });
  }

  /** The Page's token as a person or system user gets it: the one there is, or a new one when that was ended. */
  function derivePageToken(): string {
    if (whyDead(current.page) !== null) {
      current.page = newToken();
      put(current.page, "page");
      derived += 1;
    }
    return current.page;
  }

  return {
    current: (kind: TokenKind): string => current[kind],
    /** How many new Page tokens were given out. */
    derived: (): number => derived,
    derivePageToken,
    /** Requests with a token in their address, where proxies and logs would keep it. */
    tokensInUrl: (): number => inUrl,
    countUrl(call: GraphCall): void {
      const isToken = ([name, value]: [string, string]) =>
        name === "access_token" || (name !== "input_token" && held.has(value));
      if ([...call.query].some(isToken)) inUrl += 1;
    },
    /** A person's token that ends then. */
    issueUser(expiresAt: number): string {
      const token = newToken();
      held.set(token, { kind: "user", issuedAt: now(), expiresAt, dead: null });
      return token;
    },
    isGood: (token: string): boolean => whyDead(token) === null,
    kindOf,
    /** The kind whose token this is, or the refusal; with an app secret, also for want of its proof. */
    check(call: GraphCall): TokenKind | Response {
      const kind = kindOf(call);
      return kind instanceof Response ? kind : (proofRefused(call, call.token ?? "") ?? kind);
    },
    /** From now on refused, with 190/463 or another row (`loggedOut`, `190/460`, `badToken`). */
    end(kind: TokenKind, error = "expired"): void {
      const entry = held.get(current[kind]);
      if (entry !== undefined) entry.dead = graphErrorOf(error);
    },
    /** Good again, as after a checkpoint that was passed. */
    revive(kind: TokenKind): void {
      const entry = held.get(current[kind]);
      if (entry !== undefined) Object.assign(entry, { dead: null, expiresAt: 0 });
    },
    expireAt(kind: TokenKind, at: number): void {
      const entry = held.get(current[kind]);
      if (entry !== undefined) entry.expiresAt = at;
    },
    debug(call: GraphCall): Response {
      const asked = call.param("input_token") ?? "";
      const byApp = appSecret !== undefined && call.token === `${appId}|${appSecret}`;
      if (!byApp && (call.token === null || whyDead(call.token) !== null)) return refuse("badToken");
      const entry = held.get(asked);
      const dead = whyDead(asked);
      const data = {
        app_id: appId,
        application: "relay",
        type: entry === undefined ? "UNKNOWN" : { user: "USER", system: "SYSTEM_USER", page: "PAGE" }[entry.kind],
        is_valid: dead === null,
        expires_at: (entry?.expiresAt ?? 0) / 1000,
        data_access_expires_at: 0,
        issued_at: Math.floor((entry?.issuedAt ?? 0) / 1000),
        ...(entry?.kind === "page" ? { profile_id: options.pageId } : {}),
        user_id: "88",
        scopes: SCOPES,
        granular_scopes: [{ scope: "pages_manage_posts", target_ids: [options.pageId] }],
      };
      if (dead === null) return answer({ data });
      const { code, message, error_subcode: subcode } = errorBody(dead);
      return answer({ data: { ...data, scopes: [], error: { code, message, ...(subcode ? { subcode } : {}) } } });
    },
  };
}
