import { describe, expect, it } from "vitest";
import { createGraphClient } from "@/lib/destinations/page/graph-client.ts";
import { derivePageToken } from "@/lib/destinations/page/page-token.ts";
import { createPageCredential } from "@/lib/relay/page-credential.ts";
import type { StoredToken, TokenStore } from "@/lib/store/token-store.ts";
import { NOW, secret, turns } from "../support/builders.ts";

const PAGE = "1049";
type Said = { status?: number; body: unknown } | Error;
const answered = (body: unknown, status = 200): Said => ({ body, status });
const refused = (code: number, subcode?: number, status = 400): Said => ({
  body: { error: { code, error_subcode: subcode, message: "no" } },
  status,
});

/** A Facebook that knows which token is whose; `says` overrides its answers, by path and by token. */
function facebook(says: { page?: (token: string) => Said; me?: (token: string) => Said }) {
  const asked: string[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    await turns(2);
    const token = (new Headers(init?.headers).get("authorization") ?? "").replace("Bearer ", "");
    const { pathname } = new URL(String(url));
    const isMe = pathname.endsWith("/me");
    asked.push(isMe ? "me" : "page");
    const said = (isMe ? says.me : says.page)?.(token) ?? refused(190);
    if (said instanceof Error) throw said;
    return new Response(JSON.stringify(said.body), { status: said.status ?? 200 });
  };
  const options = { baseUrl: "https://graph.test", version: "v26.0", appSecret: null, now: () => NOW };
  const client = createGraphClient({ ...options, fetch });
  return { asked, derive: (given: string) => derivePageToken({ client, pageId: PAGE, now: () => NOW }, given) };
}

describe("the Page's token, derived", () => {
  it("from a person's or system user's token → the Page's, by one request", async () => {
    const own = secret();
    const { derive, asked } = facebook({ page: () => answered({ id: PAGE, access_token: own }) });
    expect(await derive(secret())).toEqual({
      kind: "renewed",
      accessToken: own,
      refreshToken: null,
      expiresInSeconds: null,
    });
    expect(asked).toEqual(["page"]);
  });

  it("from the Page's own token → the same, also when it may not read tokens", async () => {
    const own = secret();
    const me = () => answered({ id: PAGE });
    for (const page of [
      answered({ id: PAGE, access_token: own }),
      answered({ id: PAGE }),
      refused(10),
      refused(283),
      refused(100),
    ]) {
      expect(await facebook({ page: () => page, me }).derive(own)).toMatchObject({ kind: "renewed", accessToken: own });
    }
  });

  it("kept back from a person → refused, with what to do", async () => {
    const says = { page: () => answered({ id: PAGE }), me: () => answered({ id: "88" }) };
    expect(await facebook(says).derive(secret())).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("give the person or system user of FACEBOOK_API_KEY the content task"),
    });
  });

  it.each([
    [190, 463, /new FACEBOOK_API_KEY/],
    [190, 459, /log in on facebook\.com/],
    [104, undefined, /FACEBOOK_APP_SECRET/],
    [283, undefined, /pages_read_engagement/],
    [100, 33, /FACEBOOK_PAGE_ID/],
    [100, undefined, /FACEBOOK_PAGE_ID/],
  ])("refused with %i/%s → refused, with what to do", async (code, subcode, tells) => {
    const says = { page: () => refused(code, subcode), me: () => answered({ id: "88" }) };
    const result = await facebook(says).derive(secret());
    expect(result.kind).toBe("refused");
    expect(result.kind === "refused" && result.message).toMatch(tells);
  });

  it("a Page that is said not to exist, under the code of permissions → refused, not asked again and again", async () => {
    const page = () => answered({ error: { code: 10, message: "(#10) Object does not exist" } }, 400);
    expect(await facebook({ page, me: () => answered({ id: "88" }) }).derive(secret())).toMatchObject({
      kind: "refused",
    });
  });

  it("an expired token → asked about nothing more", async () => {
    const { derive, asked } = facebook({ page: () => refused(190, 463) });
    await derive(secret());
    expect(asked).toEqual(["page"]);
  });

  it.each([
    ["throttled", refused(80001)],
    ["unavailable", refused(2, undefined, 503)],
    ["not answering", new TypeError("fetch failed")],
  ])("Facebook %s → unavailable, to either request", async (_, said) => {
    expect(await facebook({ page: () => said }).derive(secret())).toMatchObject({ kind: "unavailable" });
    const says = { page: () => answered({ id: PAGE }), me: () => said };
    expect(await facebook(says).derive(secret())).toMatchObject({ kind: "unavailable" });
  });
});

/** One store for several processes, with the lock of the real one. */
function sharedStore(): TokenStore & { saved: () => StoredToken | null } {
  let stored: StoredToken | null = null;
  let holder: string | null = null;
  return {
    saved: () => stored,
    load: async () => stored,
    save: async (token) => {
      stored = token;
    },
    async lock(owner) {
      if (holder !== null) return false;
      holder = owner;
      return true;
    },
    async unlock(owner) {
      if (holder === owner) holder = null;
    },
  };
}

let ids = 0;
function aProcess(given: string, derive: ReturnType<typeof facebook>["derive"], store: TokenStore | null = null) {
  ids += 1;
  const id = `process-${ids}`;
  return createPageCredential("fingerprint", given, {
    derive,
    store,
    now: () => NOW,
    sleep: () => turns(5),
    randomId: () => id,
  });
}

describe("the credential of a Page", () => {
  /** Gives out one token after the other to whoever holds the given one. */
  function issuing(given: string) {
    const issued = [secret(), secret(), secret()];
    let current = 0;
    const page = (token: string) =>
      token === given ? answered({ id: PAGE, access_token: issued[current] }) : refused(190, 467);
    return {
      ...facebook({ page }),
      issued,
      revoke: () => {
        current += 1;
      },
    };
  }

  it("first use by several at once → derived once, then known", async () => {
    const given = secret();
    const { derive, asked, issued } = issuing(given);
    const credential = aProcess(given, derive);
    const all = await Promise.all([credential.current(), credential.current(), credential.current()]);
    for (const one of [...all, await credential.current()]) expect(one).toEqual({ kind: "token", value: issued[0] });
    expect(asked).toEqual(["page"]);
  });

  it("refused → derived once more for all who ask, from the configured token", async () => {
    const given = secret();
    const { derive, asked, issued, revoke } = issuing(given);
    const credential = aProcess(given, derive);
    await credential.current();
    revoke();
    const [old = ""] = issued;
    const all = await Promise.all([credential.renew(old), credential.renew(old)]);
    expect(all).toEqual([
      { kind: "token", value: issued[1] },
      { kind: "token", value: issued[1] },
    ]);
    expect(await credential.renew(old)).toEqual({ kind: "token", value: issued[1] });
    expect(asked).toEqual(["page", "page"]);
  });

  it("refused, and Facebook gives the same again → refused, not sent again", async () => {
    const given = secret();
    const { derive, issued } = issuing(given);
    const credential = aProcess(given, derive);
    await credential.current();
    expect(await credential.renew(issued[0] ?? "")).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("set a new FACEBOOK_API_KEY"),
    });
  });

  it("a Page's token given and refused → one question, then refused with what to do", async () => {
    const given = secret();
    let isAlive = true;
    const { derive, asked } = facebook({
      page: () => (isAlive ? answered({ id: PAGE, access_token: given }) : refused(190, 460)),
    });
    const credential = aProcess(given, derive);
    expect(await credential.current()).toEqual({ kind: "token", value: given });
    isAlive = false;
    expect(await credential.renew(given)).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("password"),
    });
    expect(asked).toEqual(["page", "page"]);
  });

  it("two processes on one store → derived once for both, and once more after a refusal", async () => {
    const given = secret();
    const { derive, asked, issued, revoke } = issuing(given);
    const store = sharedStore();
    const [one, two] = [aProcess(given, derive, store), aProcess(given, derive, store)];
    expect(await Promise.all([one.current(), two.current()])).toEqual([
      { kind: "token", value: issued[0] },
      { kind: "token", value: issued[0] },
    ]);
    revoke();
    const [old = ""] = issued;
    expect(await Promise.all([one.renew(old), two.renew(old)])).toEqual([
      { kind: "token", value: issued[1] },
      { kind: "token", value: issued[1] },
    ]);
    expect(asked).toEqual(["page", "page"]);
    expect(store.saved()?.accessToken).toBe(issued[1]);
  });

  it("Facebook away at first → unavailable, and derived at the next use", async () => {
    const given = secret();
    let isAway = true;
    const own = secret();
    const page = () => (isAway ? refused(2, undefined, 503) : answered({ id: PAGE, access_token: own }));
    const credential = aProcess(given, facebook({ page }).derive);
    expect(await credential.current()).toMatchObject({ kind: "unavailable" });
    isAway = false;
    expect(await credential.current()).toEqual({ kind: "token", value: own });
  });
});
