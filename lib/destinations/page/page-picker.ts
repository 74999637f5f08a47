/**
 * A person's login at Facebook, up to the token of the Page they pick. Secrets and codes go in bodies, never in addresses.
 * Source: Graph API, login flow and access tokens; Page accounts; business portfolios.
 */
import { z } from "zod";
import { accessTokenSchema } from "../../core/grant.ts";
import { readBounded } from "../../core/read-bounded.ts";
import { causeName, silenceOf } from "../../core/silence.ts";
import { type GraphAnswer, readAnswer, silent, unreadable } from "./graph-answer.ts";
import { graphCall } from "./graph-call.ts";

const ANSWER_MAX_BYTES = 256 * 1024;
/** Pages of a list that are read; each has up to a hundred entries. */
const LIST_PAGES_MAX = 20;

/** What the relay needs, and what for: shown to whoever is asked for it. */
export const LOGIN_SCOPES = [
  { scope: "pages_show_list", why: "to show the Pages you can choose from" },
  { scope: "pages_read_engagement", why: "to look whether a post exists before it is made again" },
  { scope: "pages_manage_posts", why: "to publish, and to change what was published" },
  { scope: "business_management", why: "to find Pages that belong to a business portfolio" },
] as const;

export interface PickerOptions {
  baseUrl: string;
  version: string;
  appId: string;
  appSecret: string;
  fetch: typeof fetch;
  now: () => number;
  timeoutMs: number;
}

export interface PageChoice {
  id: string;
  name: string;
  /** The portfolio it was found in; null: it is the person's own. */
  portfolio: string | null;
}

const grantSchema = z.looseObject({ access_token: accessTokenSchema });
const named = z.looseObject({ id: z.string().regex(/^\d+$/), name: z.string().max(500).catch("") });
const listSchema = z.looseObject({
  data: z.array(named).max(500),
  paging: z
    .looseObject({ cursors: z.looseObject({ after: z.string() }).optional(), next: z.string().optional() })
    .optional(),
});
const pageSchema = named.extend({ access_token: accessTokenSchema.nullish() });

export type PagePicker = ReturnType<typeof createPagePicker>;

/** The address where a person logs in and says yes or no. `state` comes back with the answer. */
export function loginUrl(ask: {
  dialogUrl: string;
  version: string;
  appId: string;
  redirectUri: string;
  state: string;
}): string {
  const url = new URL(`${ask.dialogUrl}/${ask.version}/dialog/oauth`);
  url.search = new URLSearchParams({
    client_id: ask.appId,
    redirect_uri: ask.redirectUri,
    state: ask.state,
    response_type: "code",
    scope: LOGIN_SCOPES.map(({ scope }) => scope).join(","),
    // Asks for rights again that were declined before.
    auth_type: "rerequest",
  }).toString();
  return url.href;
}

export function createPagePicker(options: PickerOptions) {
  const { baseUrl, version, appId, appSecret, fetch, now, timeoutMs } = options;
  const at = (...path: string[]) => [baseUrl.replace(/\/+$/, ""), version, ...path].join("/");

  /** The documented form is a GET with all of it in the address; a POST that stands for a GET keeps it out of logs. */
  async function grant(parameters: Record<string, string>): Promise<GraphAnswer<string>> {
    const secrets = [appSecret, ...Object.values(parameters)];
    try {
      const response = await fetch(at("oauth", "access_token"), {
        method: "POST",
        redirect: "manual",
        cache: "no-store",
        signal: AbortSignal.timeout(timeoutMs),
        headers: { accept: "application/json" },
        body: new URLSearchParams({ method: "GET", client_id: appId, client_secret: appSecret, ...parameters }),
      });
      const bytes = await readBounded(response.body, ANSWER_MAX_BYTES);
      const text = bytes === null ? null : new TextDecoder().decode(bytes);
      const raw = { status: response.status, headers: response.headers, text };
      const answer = readAnswer(raw, secrets, now());
      if (!answer.ok) return answer;
      const granted = grantSchema.safeParse(answer.data);
      if (granted.success) return { ...answer, data: granted.data.access_token };
      return unreadable(raw, "the answer holds no token", secrets, now());
    } catch (cause) {
      return silent(silenceOf(cause), causeName(cause));
    }
  }

  const get = <S extends z.ZodType>(token: string, path: string[], query: Record<string, string>, schema: S) =>
    graphCall({ fetch, now, timeoutMs, appSecret }, { token, method: "GET", url: at(...path), query }, schema);

  /** Only a missing `next` means the end. Its address is not used: it holds the token. */
  async function list(token: string, path: string[]): Promise<GraphAnswer<z.output<typeof named>[]>> {
    const all: z.output<typeof named>[] = [];
    let after: string | null = null;
    for (let read = 0; read < LIST_PAGES_MAX; read += 1) {
      const query: Record<string, string> = { fields: "id,name", limit: "100", ...(after === null ? {} : { after }) };
      const answer: GraphAnswer<z.output<typeof listSchema>> = await get(token, path, query, listSchema);
      if (!answer.ok) return answer;
      all.push(...answer.data.data);
      after = answer.data.paging?.cursors?.after ?? null;
      if (answer.data.paging?.next === undefined || after === null) break;
    }
    return { ok: true, data: all, usage: null };
  }

  return {
    /** A token that lasts: only what is derived from one has no end of its own. */
    async logIn(code: string, redirectUri: string): Promise<GraphAnswer<string>> {
      const short = await grant({ redirect_uri: redirectUri, code });
      return short.ok ? grant({ grant_type: "fb_exchange_token", fb_exchange_token: short.data }) : short;
    },

    /** The Pages a person can choose from, each once. Portfolios that cannot be read are left out. */
    async pages(token: string): Promise<GraphAnswer<PageChoice[]>> {
      const own = await list(token, ["me", "accounts"]);
      if (!own.ok) return own;
      const found = new Map(own.data.map(({ id, name }) => [id, { id, name, portfolio: null as string | null }]));
      const portfolios = await list(token, ["me", "businesses"]);
      for (const portfolio of portfolios.ok ? portfolios.data : []) {
        for (const edge of ["owned_pages", "client_pages"]) {
          const pages = await list(token, [portfolio.id, edge]);
          for (const { id, name } of pages.ok ? pages.data : [])
            if (!found.has(id)) found.set(id, { id, name, portfolio: portfolio.name || portfolio.id });
        }
      }
      return { ok: true, data: [...found.values()], usage: null };
    },

    /** The Page's own token; null when Facebook gives this person none. */
    async pick(
      token: string,
      pageId: string,
    ): Promise<GraphAnswer<{ id: string; name: string; token: string | null }>> {
      const answer = await get(token, [pageId], { fields: "id,name,access_token" }, pageSchema);
      if (!answer.ok) return answer;
      const { id, name, access_token } = answer.data;
      return { ...answer, data: { id, name, token: access_token ?? null } };
    },
  };
}
