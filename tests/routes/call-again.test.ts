/** The environment's callback was given up on: the overview says so, and one press has all that waits sent. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { type OverviewView, overviewView } from "@/lib/dashboard/overview-view.ts";
import { readOverview } from "@/lib/relay/read-overview.ts";
import { runJob } from "@/lib/relay/run-job.ts";
import { receiverTroubles } from "../sandbox/callback-receiver.ts";
import { secret } from "../support/builders.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

let world: World;
vi.doMock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
const { POST: press } = await import("@/app/(operator)/endpoint/route.ts");
const { POST: logIn } = await import("@/app/login/route.ts");
afterEach(() => world.close());

const origin = "http://relay.test";
const token = secret();
const DAY = 86_400_000;
const SECONDS = 5_000;

async function following(options: WorldOptions = { callback: {} }) {
  world = await createWorld({ ...options, env: { ADMIN_TOKEN: token } });
  await world.sweep();
  world.advance(60_000);
}
async function dropped(...paths: string[]) {
  for (const path of paths) world.dropbox.files.addFile(path, path);
  await world.notify();
}
async function gone() {
  await following();
  world.receiver.fail({ ...receiverTroubles.gone, count: 1 });
  await dropped("/inbox/a.pdf");
  await world.runUntil(world.now() + 2 * 3_600_000);
  await dropped("/inbox/b.pdf");
  expect(world.receiver.requests()).toBe(1);
}
async function paused() {
  await following();
  world.receiver.goDown();
  await dropped("/inbox/a.pdf");
  await world.runUntil(world.now() + 5 * DAY + DAY / 2);
  world.receiver.comeUp();
  await dropped("/inbox/b.pdf");
}

const form = (path: string, fields: Record<string, string>, cookie = "") =>
  new Request(origin + path, { method: "POST", headers: { origin, cookie }, body: new URLSearchParams(fields) });
/** Logged in, and pressed; what the page it leads to says of it. */
async function called(): Promise<string | null> {
  const cookie = (await logIn(form("/login", { token }))).headers.get("set-cookie")?.split(";")[0] ?? "";
  const answer = await press(form("/endpoint", {}, cookie));
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get("location") ?? "", origin).searchParams.get("did");
}
const told = () => world.receiver.events().map(({ path }) => path);
const soon = () => world.runUntil(world.now() + SECONDS);
const shown = async (): Promise<OverviewView> =>
  overviewView(await readOverview(world.context, null), world.context.now());

describe("the environment's callback, given up on", () => {
  it.each([
    ["410", gone, /410/],
    ["failing for five days", paused, /five days/],
  ])(
    "by %s → the overview says so, with the press that helps; pressed → all goes out within seconds",
    async (_, giveUp, why) => {
      await giveUp();
      const before = await shown();
      expect(before.headline).toMatchObject({
        tone: "bad",
        sentence: expect.stringMatching(/not called any more: 2 files wait/),
      });
      expect(before.cards[0]).toMatchObject({ word: "Given up on", givenUp: { why: expect.stringMatching(why) } });
      expect(before.cards[0]?.givenUp?.form).toEqual({ href: "/endpoint", fields: {} });
      expect(before.isMoving).toBe(false);
      expect(await called()).toBe("calledAgain");
      await soon();
      expect(told()).toEqual(["/inbox/a.pdf", "/inbox/b.pdf"]);
      const after = await shown();
      expect(after.headline.sentence).toBe("Everything is done.");
      expect(after.cards[0]?.givenUp).toBeNull();
    },
  );

  it("pressed at another process than the one that gave it up → that one sends within seconds too", async () => {
    await gone();
    const former = world.context.services;
    world.restart();
    expect(await called()).toBe("calledAgain");
    const link = former.links[0]?.id ?? "";
    await runJob(former, { job: "drain", instance: link }, { deadline: world.now() + 280_000, redelivered: false });
    expect(told()).toEqual(["/inbox/a.pdf", "/inbox/b.pdf"]);
  });

  it("pressed while it is still away → given up on once more by the next 410, and nothing is lost", async () => {
    await gone();
    world.receiver.fail({ ...receiverTroubles.gone, count: 1 });
    expect(await called()).toBe("calledAgain");
    await soon();
    expect([told(), (await shown()).cards[0]?.word]).toEqual([[], "Given up on"]);
    expect(await called()).toBe("calledAgain");
    await soon();
    expect(told()).toEqual(["/inbox/a.pdf", "/inbox/b.pdf"]);
  });

  it("pressed twice → the second does nothing, and both are in the audit", async () => {
    await gone();
    expect([await called(), await called()]).toEqual(["calledAgain", "isCalled"]);
    const { entries } = await world.context.services.audit.page(0, 10);
    expect(entries.filter(({ act }) => act === "callAgain").map(({ ended }) => ended)).toEqual(["isCalled", "done"]);
  });
});

it("a records endpoint → nothing to call, nothing is done", async () => {
  await following({});
  expect(await called()).toBe("isCalled");
  expect((await shown()).cards[0]?.givenUp).toBeNull();
});
