/** Names that change what they mean, through undici as it is: the address that was judged is the one that is called. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { causeName } from "@/lib/core/silence.ts";
import { type AddressLookup, createGuardedFetch, REFUSED_CODE, whyNotCallbackNow } from "@/lib/net/guarded-fetch.ts";
import { startHostileServer } from "../support/hostile-server.ts";

const PUBLIC = { address: "93.184.215.14", family: 4 };
const HERE = { address: "127.0.0.1", family: 4 };
const server = await startHostileServer();
afterAll(() => server.close());
beforeEach(() => server.behave((response) => response.end("hello")));
const { port } = new URL(server.url);

/** Answers each lookup with the next of these, and the last one from then on. */
function nameThatIs(...answers: (readonly { address: string; family: number }[])[]) {
  const asked: string[] = [];
  const lookup: AddressLookup = (host, done) => {
    asked.push(host);
    done(null, (answers.length > 1 ? answers.shift() : answers[0]) ?? []);
  };
  return { lookup, asked };
}
const post = (url: string, options: { lookup?: AddressLookup; allowPrivate?: boolean }) =>
  createGuardedFetch({ allowPrivate: false, own: [], ...options })(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
  });
const failure = (sent: Promise<unknown>) =>
  sent.then(
    () => "answered",
    (cause) => causeName(cause),
  );

describe("a name at the moment of the connection", () => {
  it("public when it was saved, this machine when it is called → refused, nothing arrives", async () => {
    const { lookup, asked } = nameThatIs([PUBLIC], [HERE]);
    const url = `https://rebinding.example.org:${port}/`;
    expect(await whyNotCallbackNow(url, { allowPrivate: false, own: [], lookup })).toBeNull();
    expect(await failure(post(url, { lookup }))).toBe(REFUSED_CODE);
    expect(asked).toEqual(["rebinding.example.org", "rebinding.example.org"]);
    expect(server.requests).toEqual([]);
  });

  it.each([
    [[HERE]],
    [[PUBLIC, HERE]],
    [[HERE, PUBLIC]],
    [[{ address: "::1", family: 6 }]],
    [[{ address: "::ffff:127.0.0.1", family: 6 }]],
    [[{ address: "10.0.0.1", family: 4 }]],
    [[{ address: "169.254.169.254", family: 4 }]],
    [[{ address: "64:ff9b::7f00:1", family: 6 }]],
    [[{ address: "fd00:ec2::254", family: 6 }]],
    [[]],
  ])("resolves to %j → refused when saved and when called", async (addresses) => {
    const { lookup } = nameThatIs(addresses);
    const url = `https://name.example.org:${port}/`;
    expect(await whyNotCallbackNow(url, { allowPrivate: false, own: [], lookup })).not.toBeNull();
    expect(await failure(post(url, { lookup }))).toBe(REFUSED_CODE);
    expect(server.requests).toEqual([]);
  });

  it("the same name judged at the connection, and allowed to lead here → looked up once and called there", async () => {
    const { lookup, asked } = nameThatIs([HERE], [PUBLIC]);
    const answer = await post(`http://receiver.localhost:${port}/hooks`, { lookup, allowPrivate: true });
    expect(answer.status).toBe(200);
    expect(asked).toEqual(["receiver.localhost"]);
    expect(server.requests.map(({ url }) => url)).toEqual(["/hooks"]);
    expect(server.requests[0]?.headers.host).toBe(`receiver.localhost:${port}`);
  });

  it("allowed to lead here, and leads to a metadata service → refused", async () => {
    const { lookup } = nameThatIs([{ address: "169.254.169.254", family: 4 }]);
    expect(await failure(post(`http://receiver.localhost:${port}/`, { lookup, allowPrivate: true }))).toBe(
      REFUSED_CODE,
    );
  });
});

describe("an address instead of a name", () => {
  it.each(["https://127.0.0.1", "https://2130706433", "https://[::1]", "https://0x7f.1"])(
    "%s → refused without a lookup or a connection",
    async (base) => {
      const { lookup, asked } = nameThatIs([PUBLIC]);
      expect(await failure(post(`${base}:${port}/`, { lookup }))).toBe(REFUSED_CODE);
      expect(asked).toEqual([]);
      expect(server.requests).toEqual([]);
    },
  );
});

describe("a redirect", () => {
  it.each([301, 302, 307, 308])("%d to this machine → an answer like any other, not followed", async (status) => {
    server.behave((response) => response.writeHead(status, { location: `${server.url}/inside` }).end());
    const answer = await post(`${server.url}/start`, { allowPrivate: true });
    expect(answer.status).toBe(status);
    expect(server.requests.map(({ url }) => url)).toEqual(["/start"]);
  });
});
