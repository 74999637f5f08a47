/** Events looked up by their ids, fetched in order, and sent again: through the compatible interface. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { receiverTroubles } from "../sandbox/callback-receiver.ts";
import { type CallbackInstance, callbackInstance, contextOfLatest, DAY } from "../support/callback-instance.ts";

vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => contextOfLatest(),
}));
let at: CallbackInstance;
afterEach(() => at.world.close());

const events = (path = "") => at.call("GET", `/instances/${at.id}/events${path}`);
const post = (path: string, body?: unknown) => at.call("POST", `/instances/${at.id}/events${path}`, body);
const bodies = () => at.world.receiver.bodies();
interface Shown {
  sequence: string;
  status: string;
  providerData: string;
}
async function fetched(after: string, pageSize = 100) {
  const { body } = await events(`?after=${after}&pageSize=${pageSize}`);
  const all: Shown[] = body;
  return {
    last: all.at(-1)?.sequence ?? after,
    statuses: all.map(({ status }) => status),
    told: all.map(({ providerData }) => {
      const { change, path_display: path } = JSON.parse(providerData);
      return `${change} ${path}`;
    }),
  };
}

describe("an event by its id", () => {
  it("refused, then taken → both attempts with status, reason and duration, by the event's and the message's id", async () => {
    at = await callbackInstance();
    at.world.receiver.fail({ ...receiverTroubles.serverError, count: 1 });
    at.add("/a.pdf");
    await at.told();
    await at.world.runUntil(at.world.now() + 60_000);
    const [event] = at.world.receiver.events();
    const message = JSON.parse(bodies()[0]?.body ?? "").message.eventId;
    const found = await events(`/${event?.id}`);
    expect(found.body).toMatchObject({ id: event?.id, status: "NOTIFIED" });
    expect(JSON.parse(found.body.providerData)).toMatchObject({ path_display: "/a.pdf", change: "created" });
    expect(found.body.notifiedData).toEqual([
      expect.objectContaining({ attempt: 1, status: 500, durationMs: 0, message: expect.stringContaining("500") }),
      expect.objectContaining({ attempt: 2, status: 202, outcome: "delivered" }),
    ]);
    for (const id of [message, bodies()[0]?.id]) expect((await events(`/${id}`)).body).toEqual(found.body);
    expect((await at.client.asInstance(at.token, "GET", `/instances/events/${event?.id}`)).body).toEqual(found.body);
  });

  it("unknown → 404 in the product's words", async () => {
    at = await callbackInstance();
    for (const id of [`evt_${"0".repeat(32)}`, "0".repeat(20), "none.1"]) {
      const { status, body } = await events(`/${id}`);
      expect([status, body.message, typeof body.requestId]).toEqual([404, "No such event", "string"]);
    }
  });

  it("seven days old → forgotten, and its keys go with the next one", async () => {
    at = await callbackInstance();
    at.add("/a.pdf");
    await at.told();
    const [old] = at.world.receiver.events();
    at.world.advance(7 * DAY - 1000);
    expect((await events(`/${old?.id}`)).status).toBe(200);
    at.world.advance(2000);
    expect((await events(`/${old?.id}`)).status).toBe(404);
    expect((await fetched("0")).told).toEqual([]);
    at.add("/b.pdf");
    await at.told();
    expect(await at.world.backend.command(["HLEN", `relay:d:${at.id}_callback:events`])).toBe(3);
  });
});

describe("events that are fetched", () => {
  it("policy queue → nothing is sent; in order behind what was dealt with, and again for whoever did not", async () => {
    at = await callbackInstance({ "event.notification.policy": "queue" });
    for (let n = 10; n < 35; n += 1) at.add(`/${n}.pdf`);
    await at.told();
    at.add("/10.pdf", "another text");
    await at.told();
    expect(at.world.receiver.requests()).toBe(0);
    const all = await fetched("0");
    expect(all.told).toEqual([...Array.from({ length: 25 }, (_, n) => `created /${n + 10}.pdf`), "updated /10.pdf"]);
    expect(new Set(all.statuses)).toEqual(new Set(["RECEIVED"]));
    const parts: string[] = [];
    for (let [after, more] = ["0", true]; more; ) {
      const part = await fetched(after, 7);
      parts.push(...part.told);
      [after, more] = [part.last, part.told.length > 0];
    }
    expect(parts).toEqual(all.told);
    expect((await fetched("0")).told).toEqual(all.told);
    expect((await fetched(all.last)).told).toEqual([]);
    expect((await events("?after=yesterday")).status).toBe(400);
  });

  it("paused endpoint, then policy queue → all that waited can be fetched at once; and back → only what is new is sent", async () => {
    at = await callbackInstance();
    at.world.receiver.fail({ ...receiverTroubles.gone, count: 1 });
    for (const path of ["/a.pdf", "/b.pdf"]) at.add(path);
    await at.told();
    at.add("/c.pdf");
    await at.told();
    const policy = (value: string) =>
      at.call("PATCH", `/instances/${at.id}`, { configuration: { "event.notification.policy": value } });
    expect((await policy("queue")).status).toBe(200);
    await at.world.runUntil(at.world.now() + 5_000);
    expect((await fetched("0")).told.toSorted()).toEqual(["created /a.pdf", "created /b.pdf", "created /c.pdf"]);
    await policy("retry");
    at.add("/d.pdf");
    await at.told();
    expect(at.paths()).toEqual(["/d.pdf"]);
    expect((await policy("sometimes")).status).toBe(400);
  });

  it("taken but not confirmed, twice → kept once, and fetched once", async () => {
    at = await callbackInstance();
    at.world.receiver.fail({ ...receiverTroubles.takenButLost, count: 2 });
    at.add("/a.pdf");
    await at.told();
    await at.world.runUntil(at.world.now() + 10 * 60_000);
    expect(bodies()).toHaveLength(3);
    expect((await fetched("0")).told).toEqual(["created /a.pdf"]);
  });
});

describe("events that are sent again", () => {
  it("told; replayed → the same event once more under its id", async () => {
    at = await callbackInstance();
    at.add("/a.pdf");
    await at.told();
    const [event] = at.world.receiver.events();
    expect((await post(`/${event?.id}/replay`)).body).toEqual({ eventId: event?.id, replayed: true });
    await at.world.runUntil(at.world.now() + 1000);
    expect(bodies().map(({ events: [one] }) => one?.id)).toEqual([event?.id, event?.id]);
  });

  it("a newer event took its place → 409, and nothing is sent; unknown → 404", async () => {
    at = await callbackInstance();
    at.add("/a.pdf");
    await at.told();
    const [older] = at.world.receiver.events();
    at.add("/a.pdf", "another text");
    await at.told();
    expect((await post(`/${older?.id}/replay`)).status).toBe(409);
    expect((await post(`/evt_${"0".repeat(32)}/replay`)).status).toBe(404);
    await at.world.runUntil(at.world.now() + 60_000);
    expect(bodies()).toHaveLength(2);
  });

  it("given up; previewed, then one by its id, then the others by a filter → each told once, by the preview none", async () => {
    at = await callbackInstance();
    at.world.receiver.fail({ ...receiverTroubles.serverError, count: 1 });
    const files = ["a", "b", "c"].map((name) => at.add(`/${name}.pdf`));
    await at.told();
    const logged: { id: string; providerData: string }[] = (await events("?after=0")).body;
    const first = logged.find(({ providerData }) => JSON.parse(providerData).path_display === "/a.pdf");
    // As after the last of nineteen attempts, which would take a week.
    for (const { id } of files) {
      expect(await at.world.backend.command(["ZREM", `relay:d:${at.id}_callback:due:live`, id])).toBe(1);
      await at.world.backend.command(["ZADD", `relay:d:${at.id}_callback:dead`, `${at.world.now()}`, id]);
    }
    at.world.advance(1000);
    const filter = { path: "*.pdf", outcome: "retryAt" };
    expect((await post("/replay", { filter })).body).toEqual({ looked: 3, meant: 3, replayed: 0, after: null });
    expect((await post(`/${first?.id}/replay`)).status).toBe(200);
    await at.world.runUntil(at.world.now() + 1000);
    expect(at.paths()).toEqual(["/a.pdf"]);
    expect((await post("/replay", { filter, preview: false })).body).toMatchObject({ meant: 2, replayed: 2 });
    await at.world.runUntil(at.world.now() + 1000);
    expect(at.paths().toSorted()).toEqual(["/a.pdf", "/b.pdf", "/c.pdf"]);
    expect((await post("/replay", { filter, preview: false })).body).toMatchObject({ meant: 0, replayed: 0 });
    expect((await post("/replay", { filter, after: "nowhere" })).status).toBe(400);
  });
});
