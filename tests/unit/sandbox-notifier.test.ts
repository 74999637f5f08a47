import { describe, expect, it } from "vitest";
import { isSignedBy } from "@/lib/core/signature.ts";
import { createManualClock, settle } from "../sandbox/clock.ts";
import { createDropbox } from "../sandbox/dropbox.ts";

const HOOK = "https://relay.test/api/webhooks/dropbox";
const echo = (request: Request) =>
  new Response(new URL(request.url).searchParams.get("challenge"), { headers: { "content-type": "text/plain" } });

/** `answer` decides about notifications; challenges are echoed unless `challenge` says otherwise. */
function linked(
  answer: (request: Request) => Promise<Response> | Response = () => new Response(null),
  challenge = echo,
) {
  const clock = createManualClock();
  const got: { at: number; body: string; signature: string | null }[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    if (request.method === "GET") return challenge(request);
    got.push({
      at: clock.now(),
      body: await request.clone().text(),
      signature: request.headers.get("x-dropbox-signature"),
    });
    return answer(request);
  };
  const dropbox = createDropbox({ now: clock.now, after: clock.after, appKey: "key", appSecret: "secret", fetch });
  return { dropbox, clock, got };
}

describe("sandbox Dropbox: notifications", () => {
  it("challenge echoed as plain text → registered", async () => {
    const { dropbox } = linked();
    expect(await dropbox.register(HOOK)).toEqual({ ok: true });
    expect(dropbox.notifications.registered()).toBe(HOOK);
  });

  it.each([
    [
      "another status",
      (request: Request) =>
        new Response(echo(request).body, { status: 201, headers: { "content-type": "text/plain" } }),
    ],
    ["HTML", (request: Request) => new Response(echo(request).body, { headers: { "content-type": "text/html" } })],
    [
      "a new line at the end",
      (request: Request) => new Response(`${new URL(request.url).searchParams.get("challenge")}\n`),
    ],
  ])("challenge answered with %s → not registered, nothing is sent", async (_, challenge) => {
    const { dropbox, clock, got } = linked(undefined, challenge);
    expect((await dropbox.register(HOOK)).ok).toBe(false);
    dropbox.files.addFile("/a.jpg");
    await clock.advance(60_000);
    expect(got).toEqual([]);
  });

  it("many changes at once → one signed notification after 50 ms, account first", async () => {
    const { dropbox, clock, got } = linked();
    await dropbox.register(HOOK);
    const start = clock.now();
    dropbox.files.addFiles(20);
    dropbox.files.deletePath("/file-000001.jpg");
    await clock.advance(1000);
    expect(got).toHaveLength(1);
    expect(got[0]?.at).toBe(start + 50);
    expect(got[0]?.body).toBe(`{"list_folder":{"accounts":["${dropbox.accountId}"]},"delta":{"users":[4711]}}`);
    expect(isSignedBy(["secret"], Buffer.from(got[0]?.body ?? ""), got[0]?.signature ?? null)).toBe(true);
  });

  it("answers other than 200, then 200 → repeated ever slower, then no more", async () => {
    const statuses = [500, 204, 302];
    const { dropbox, clock, got } = linked(() => new Response(null, { status: statuses.shift() ?? 200 }));
    await dropbox.register(HOOK);
    await dropbox.notifyNow();
    await clock.advance(3_600_000);
    const first = got[0]?.at ?? 0;
    expect(got.map((one) => (one.at - first) / 1000)).toEqual([0, 5, 15, 35]);
    expect(dropbox.notifications.sent().map((one) => one.status)).toEqual([500, 204, 302, 200]);
  });

  it("never accepted → given up ten minutes after the first try", async () => {
    const { dropbox, clock, got } = linked(() => new Response(null, { status: 500 }));
    await dropbox.register(HOOK);
    await dropbox.notifyNow();
    await clock.advance(3_600_000);
    expect((got.at(-1)?.at ?? 0) - (got[0]?.at ?? 0)).toBe(600_000);
    expect(dropbox.notifications.givenUp()).toBe(1);
    expect(clock.pending()).toBe(0);
  });

  it("no answer for 10 s → repeated; the other side down → repeated", async () => {
    const answers = [() => new Promise<Response>(() => undefined), () => Promise.reject(new TypeError("fetch failed"))];
    const { dropbox, clock } = linked(() => answers.shift()?.() ?? new Response(null));
    await dropbox.register(HOOK);
    void dropbox.notifyNow();
    await settle();
    await clock.advance(60_000);
    expect(dropbox.notifications.sent().map((one) => one.status)).toEqual([null, null, 200]);
  });

  it("repeat, drop and delay asked for → twice, never, later", async () => {
    const { dropbox, clock, got } = linked();
    await dropbox.register(HOOK);
    dropbox.notifications.manners.drop = 1;
    dropbox.files.addFile("/a.jpg");
    await clock.advance(60_000);
    expect(got).toHaveLength(0);
    Object.assign(dropbox.notifications.manners, { repeat: 2, delayMs: 5000 });
    dropbox.files.addFile("/b.jpg");
    await clock.advance(5000);
    expect(got).toHaveLength(0);
    await clock.advance(50);
    expect(got).toHaveLength(2);
  });

  it("app removed with a notification waiting → nothing is sent", async () => {
    const { dropbox, clock, got } = linked();
    await dropbox.register(HOOK);
    dropbox.files.addFile("/a.jpg");
    dropbox.notifications.unregister();
    await clock.advance(60_000);
    expect(got).toEqual([]);
  });

  it("closed with a notification waiting → nothing is sent", async () => {
    const { dropbox, clock, got } = linked();
    await dropbox.register(HOOK);
    dropbox.files.addFile("/a.jpg");
    dropbox.close();
    await clock.advance(60_000);
    expect(got).toEqual([]);
  });
});
