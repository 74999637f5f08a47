/** From the folder to a receiver of events: the whole relay, and a receiver that verifies and misbehaves. */
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { receiverTroubles } from "../sandbox/callback-receiver.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
let world: World;
afterEach(() => world.close());

async function following(options: WorldOptions = {}) {
  world = await createWorld({ callback: {}, ...options });
  await world.sweep();
  world.advance(MINUTE);
}
const files = () => world.dropbox.files;
const add = (path: string, text = path) => files().addFile(path, text);
const changes = () => world.receiver.events().map(({ change, path }) => `${change} ${path}`);
const atRest = async () => expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 0 });
async function told() {
  await world.notify();
  await world.settle();
}

describe("what a receiver is told", () => {
  it("new, edited, renamed → created, updated, renamed with both paths; all signed", async () => {
    await following({ callback: { signatureKey: randomBytes(24).toString("hex") } });
    add("/inbox/a.pdf");
    await told();
    add("/inbox/a.pdf", "another text");
    await told();
    files().renameFile("/inbox/a.pdf", "/inbox/b.pdf");
    await told();
    expect(changes()).toEqual(["created /inbox/a.pdf", "updated /inbox/a.pdf", "renamed /inbox/b.pdf"]);
    expect(world.receiver.events()[2]?.formerPath).toBe("/inbox/a.pdf");
    expect(world.receiver.unsigned()).toBe(0);
    expect(world.receiver.bodies()).toHaveLength(3);
    await atRest();
  });

  it("50 files in one drop → 3 bodies, each event once, in the order of the listing", async () => {
    await following();
    for (let n = 10; n < 60; n += 1) add(`/inbox/${n}.pdf`);
    await told();
    expect(world.receiver.bodies().map(({ events }) => events.length)).toEqual([20, 20, 10]);
    expect(changes()).toEqual(Array.from({ length: 50 }, (_, n) => `created /inbox/${n + 10}.pdf`));
    await atRest();
  });

  it("as CloudEvents → the same events in the other form", async () => {
    await following({ env: { CALLBACK_FORMAT: "cloudevents" } });
    add("/inbox/a.pdf");
    await told();
    files().renameFile("/inbox/a.pdf", "/inbox/b.pdf");
    await told();
    expect(changes()).toEqual(["created /inbox/a.pdf", "renamed /inbox/b.pdf"]);
    expect(JSON.parse(world.receiver.bodies()[0]?.body ?? "")).toMatchObject([{ specversion: "1.0" }]);
  });

  it("the secret is rotated → a receiver with the former one and one with the new one both accept", async () => {
    const [former, current] = [1, 2].map(() => `whsec_${randomBytes(32).toString("base64")}`);
    if (former === undefined || current === undefined) throw new Error("no secrets");
    await following({ env: { CALLBACK_SECRET: current, CALLBACK_SECRET_PREVIOUS: former } });
    world.receiver.knows(former);
    add("/inbox/a.pdf");
    await told();
    world.receiver.knows(current);
    add("/inbox/b.pdf");
    await told();
    expect(changes()).toEqual(["created /inbox/a.pdf", "created /inbox/b.pdf"]);
    expect(world.receiver.unsigned()).toBe(0);
  });
});

describe("files that go", () => {
  it("deleted, moved out, and back → deleted with the reason a minute later, created again", async () => {
    await following({ env: { DROPBOX_FOLDER: "/inbox" } });
    const [a, b] = [add("/inbox/a.pdf"), add("/inbox/b.pdf")];
    await told();
    files().deletePath("/inbox/a.pdf");
    files().renameFile("/inbox/b.pdf", "/elsewhere/b.pdf");
    const wentAt = world.now();
    await told();
    expect(world.now()).toBeGreaterThanOrEqual(wentAt + MINUTE);
    expect(world.receiver.eventsOf(a.id).at(-1)).toMatchObject({ change: "deleted", path: "/inbox/a.pdf", rev: a.rev });
    expect(world.receiver.eventsOf(b.id).at(-1)).toMatchObject({ change: "deleted", path: "/inbox/b.pdf" });
    files().renameFile("/elsewhere/b.pdf", "/inbox/c.pdf");
    await told();
    expect(world.receiver.eventsOf(b.id).map(({ change }) => change)).toEqual(["created", "deleted", "created"]);
    await atRest();
  });

  it("moved, and the listing of the new place comes long after the minute → renamed, and never gone", async () => {
    await following();
    const node = add("/inbox/a.pdf");
    const { id } = node;
    await told();
    files().deletePath("/inbox/a.pdf");
    await world.notify();
    files().restoreFile({ ...node, name: "b.pdf", pathDisplay: "/inbox/b.pdf", pathLower: "/inbox/b.pdf" });
    world.dropbox.fail({ route: "files/list_folder/continue", status: 500, count: 50 });
    await world.runUntil(world.now() + HOUR);
    expect(world.receiver.eventsOf(id).map(({ change }) => change)).toEqual(["created"]);
    expect(await world.counts()).toMatchObject({ due: 1 });
    world.dropbox.faults.clear();
    await told();
    expect(world.receiver.eventsOf(id).map(({ change, path }) => `${change} ${path}`)).toEqual([
      "created /inbox/a.pdf",
      "renamed /inbox/b.pdf",
    ]);
    await atRest();
  });

  it("deleted while Dropbox cannot be asked → told once it can, uncounted until then", async () => {
    await following();
    const { id } = add("/inbox/a.pdf");
    await told();
    files().deletePath("/inbox/a.pdf");
    await world.notify();
    world.dropbox.fail({ route: "files/get_metadata", status: 500, count: 30 });
    await world.runUntil(world.now() + 10 * MINUTE);
    expect(world.receiver.eventsOf(id)).toHaveLength(1);
    await world.settle();
    expect(world.receiver.eventsOf(id).map(({ change }) => change)).toEqual(["created", "deleted"]);
    await atRest();
  });

  it("20 files deleted at once, one request for each to Dropbox; repeated bodies ask no more", async () => {
    await following();
    for (let n = 0; n < 20; n += 1) add(`/inbox/${n}.pdf`);
    await told();
    for (let n = 0; n < 20; n += 1) files().deletePath(`/inbox/${n}.pdf`);
    world.receiver.fail({ ...receiverTroubles.takenButLost, count: 2 });
    await told();
    const asked = world.dropbox.log().filter(({ label }) => label.includes("get_metadata"));
    expect(asked).toHaveLength(20);
    expect(changes().filter((one) => one.startsWith("deleted"))).toHaveLength(20);
    await atRest();
  });

  it("made and deleted before a body was sent → nothing is told of it", async () => {
    await following();
    add("/inbox/a.pdf");
    files().deletePath("/inbox/a.pdf");
    await told();
    expect(changes()).toEqual([]);
    await atRest();
  });

  it("told, the answer lost, deleted meanwhile → the receiver hears that it is gone", async () => {
    await following();
    world.receiver.fail({ ...receiverTroubles.takenButLost, count: 1 });
    const { id } = add("/inbox/a.pdf");
    await world.notify();
    files().deletePath("/inbox/a.pdf");
    await told();
    expect(world.receiver.eventsOf(id).map(({ change }) => change)).toEqual(["created", "deleted"]);
    await atRest();
  });
});

describe("a receiver in trouble", () => {
  it("down for three days, files coming and changing → every event once when it is back, in order per file", async () => {
    await following();
    const ids = [...Array(24).keys()].map((n) => add(`/inbox/${n}.pdf`).id);
    await world.notify();
    await world.settle();
    expect(changes()).toHaveLength(24);
    world.receiver.goDown();
    const start = world.now();
    const renamed: string[] = [];
    for (let hour = 0; hour < 72; hour += 2) {
      add(`/inbox/new ${hour}.pdf`);
      if (hour < 24 && hour % 4 === 0) {
        files().renameFile(`/inbox/${hour}.pdf`, `/inbox/moved ${hour}.pdf`);
        renamed.push(ids[hour] ?? "");
      }
      if (hour % 4 === 2 && hour < 24) add(`/inbox/${hour}.pdf`, `edited in hour ${hour}`);
      await world.notify();
      await world.runUntil(start + (hour + 2) * HOUR);
    }
    expect(changes()).toHaveLength(24);
    world.receiver.comeUp();
    await world.settle(2000);
    const events = world.receiver.events();
    expect(events).toHaveLength(24 + 36 + 6 + 6);
    expect(new Set(world.receiver.bodies().map(({ id }) => id)).size).toBe(world.receiver.bodies().length);
    for (const id of ids) expect(world.receiver.eventsOf(id)[0]?.change).toBe("created");
    for (const id of renamed)
      expect(world.receiver.eventsOf(id).map(({ change }) => change)).toEqual(["created", "renamed"]);
    for (const node of files().recent(Number.POSITIVE_INFINITY))
      expect(world.receiver.eventsOf(node.id).at(-1)).toMatchObject({ rev: node.rev, path: node.pathDisplay });
    await atRest();
  });

  it.each(["takenBut500", "takenButLost"] as const)(
    "%s → the same body again, no event a second time",
    async (name) => {
      await following();
      world.receiver.fail({ ...receiverTroubles[name], count: 2 });
      for (let n = 0; n < 5; n += 1) add(`/inbox/${n}.pdf`);
      await told();
      const bodies = world.receiver.bodies();
      expect(bodies).toHaveLength(3);
      expect(new Set(bodies.map(({ body }) => body)).size).toBe(1);
      expect(new Set(bodies.map(({ id }) => id)).size).toBe(1);
      expect(changes()).toHaveLength(5);
      await atRest();
    },
  );

  it("taken but not confirmed, edited meanwhile → the newest revision is told, after the older one", async () => {
    await following();
    world.receiver.fail({ ...receiverTroubles.takenButLost, count: 1 });
    const { id } = add("/inbox/a.pdf");
    await world.notify();
    const { rev } = add("/inbox/a.pdf", "another text");
    await told();
    const events = world.receiver.eventsOf(id);
    expect(events.at(-1)).toMatchObject({ rev });
    expect(events).toHaveLength(2);
    await atRest();
  });

  it("taken but never confirmed, given up at last; then deleted → the receiver hears that it is gone", async () => {
    await following();
    const { id } = add("/inbox/a.pdf");
    for (let tried = 1; (await world.counts()).dead === 0; tried += 1) {
      world.receiver.fail({ ...receiverTroubles.takenButLost, count: 1 });
      const asked = world.receiver.requests();
      if (tried === 1) await world.notify();
      while (world.receiver.requests() === asked) await world.runUntil(world.messages[0]?.dueAt ?? Number.NaN);
      if (tried % 6 !== 0) continue;
      add(`/inbox/other ${tried}.pdf`); // the endpoint as such is well, and is not paused
      await world.notify();
    }
    files().deletePath("/inbox/a.pdf");
    await told();
    expect(world.receiver.eventsOf(id).at(-1)).toMatchObject({ change: "deleted" });
  });

  it.each(["serverError", "redirects", "huge"] as const)(
    "%s a while → told once it is over, nowhere else",
    async (name) => {
      await following();
      world.receiver.fail({ ...receiverTroubles[name], count: 4 });
      add("/inbox/a.pdf");
      await told();
      expect(changes()).toEqual(["created /inbox/a.pdf"]);
      expect(world.receiver.requests()).toBe(5);
      expect(world.logged.some((line) => line.includes("xxxxxxxxxx".repeat(30)))).toBe(false);
      await atRest();
    },
  );

  it("429 with Retry-After → nothing comes into the wait, however many files wait", async () => {
    await following();
    world.receiver.fail({ status: 429, retryAfter: 600, count: 3 });
    for (let n = 0; n < 60; n += 1) add(`/inbox/${n}.pdf`);
    await told();
    expect(changes()).toHaveLength(60);
    expect(world.receiver.requestsIntoHold()).toBe(0);
    await atRest();
  });

  it("410 → disabled and told to the owner; nothing is sent for a week, nothing is lost; enabled → all of it", async () => {
    await following();
    world.receiver.fail({ ...receiverTroubles.gone, count: 1 });
    add("/inbox/a.pdf");
    await world.notify();
    await world.runUntil(world.now() + DAY);
    add("/inbox/b.pdf");
    await world.notify();
    await world.runUntil(world.now() + 6 * DAY);
    expect(world.receiver.requests()).toBe(1);
    expect(world.logged.filter((line) => line.includes('"endpoint.disabled"'))).toHaveLength(1);
    expect(await world.counts()).toMatchObject({ dead: 0, due: 2 });
    await enable();
    await world.settle();
    expect(changes().sort()).toEqual(["created /inbox/a.pdf", "created /inbox/b.pdf"]);
    await atRest();
  });

  it("down for five days → paused and told to the owner once; enabled → all of it, none dead", async () => {
    await following();
    world.receiver.goDown();
    for (let n = 0; n < 30; n += 1) add(`/inbox/${n}.pdf`);
    await world.notify();
    await world.runUntil(world.now() + 8 * DAY);
    expect(world.logged.filter((line) => line.includes('"endpoint.paused"'))).toHaveLength(1);
    expect(await world.counts()).toMatchObject({ dead: 0, due: 30 });
    world.receiver.comeUp();
    await world.runUntil(world.now() + DAY);
    expect(changes()).toEqual([]);
    await enable();
    await world.settle();
    expect(changes()).toHaveLength(30);
    await atRest();
  });
});

/** What the owner does: forgets what was known against the endpoint. */
async function enable() {
  const keys = (await world.backend.command(["KEYS", "relay:endpoint:*"])) as Buffer[];
  expect(keys).toHaveLength(1);
  await world.backend.command(["DEL", `${keys[0]}`]);
}

describe("the log", () => {
  it("whatever the receiver answers → no secret and no address of it in any line", async () => {
    await following({ env: { CALLBACK_URL: "https://receiver.example.org/hooks?pass=through-the-address" } });
    world.receiver.fail({ status: 500, body: world.env.CALLBACK_SECRET ?? "", count: 2 });
    add("/inbox/a.pdf");
    await told();
    const log = world.logged.join("");
    expect(changes()).toHaveLength(1);
    expect(log).toContain("answered 500");
    expect(log).not.toContain(world.env.CALLBACK_SECRET);
    expect(log).not.toContain("through-the-address");
  });
});
