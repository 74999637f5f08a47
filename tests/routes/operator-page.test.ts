/** What a person asks and does where posts are made: what is unclear, what it becomes, and the token's end. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { graphCaller } from "../sandbox/callers.ts";
import { pictureOf } from "../sandbox/picture.ts";
import { secret } from "../support/builders.ts";
import { operatorAt } from "../support/operator.ts";
import { createWorld, type World } from "../support/world.ts";

const DAY_MS = 86_400_000;
let world: World;
let operator: Awaited<ReturnType<typeof operatorAt>>;
beforeAll(async () => {
  operator = await operatorAt(() => world);
});
afterAll(() => vi.doUnmock("@/lib/relay/context.ts"));
afterEach(() => world.close());

async function following(env: Record<string, string> = {}) {
  world = await createWorld({ page: {}, env: { ADMIN_TOKEN: secret(), ...env } });
  await world.sweep();
  world.advance(60_000);
}
const posts = () => world.graph.posts().filter(({ deletedAt }) => deletedAt === null);
/** As the relay's app posts, and not by the relay. */
async function byHand(message: string): Promise<{ id: string }> {
  const { manners, page } = world.graph;
  manners.repeatWindowMs = 0;
  return (await graphCaller(world.graph, "https://graph.test/facebook/graph")("POST", `${page.id}/feed`, { message }))
    .body;
}
const logged = (event: string) =>
  world.logged.map((line) => JSON.parse(line)).filter((line) => line.event === event || line.msg === event);

/** Facebook takes the second of two texts for the first one again, and nobody can tell whether it is there. */
async function unclear(env: Record<string, string> = {}) {
  await following(env);
  world.dropbox.files.addFile("/inbox/Report.pdf", "x");
  await world.notify();
  world.dropbox.files.addFile("/inbox/Report.docx", "y");
  await world.notify();
  await world.settle();
  expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, unclear: 1 });
  const told = await operator.why("/inbox/Report.docx");
  expect(told.story).toMatchObject({ state: "unclear" });
  expect(told.next).toMatch(/it is there.*posted/);
  return told.story.file.id as string;
}

describe("unclear", () => {
  it("'post' → posted once, by whoever asked first; asked again → nothing to do", async () => {
    const id = await unclear();
    expect((await operator.act(id, { action: "replay" })).status).toBe(409);
    world.graph.manners.repeatWindowMs = 0;
    expect((await operator.act(id, { action: "post" })).status).toBe(200);
    expect((await operator.act(id, { action: "post" })).status).toBe(409);
    await world.settle();
    expect((await operator.act(id, { action: "post" })).status).toBe(409);
    expect(posts().map(({ message }) => message)).toEqual(["Report", "Report"]);
    const { story } = await operator.why(id);
    expect(story).toMatchObject({ state: "delivered" });
    expect(story.held.link).toBe(`https://www.facebook.com/${posts().at(-1)?.id}`);
    expect(story.attempts.map(({ outcome }: { outcome: string }) => outcome)).toContain("postedAnew");
  });

  it("'it is there' with the post's id or address → delivered, and an edit gives that post the new text", async () => {
    for (const form of ["id", "address", "story"] as const) {
      const id = await unclear({ PAGE_ON_EDIT: "text" });
      const post = await byHand("Report");
      const [page, own] = post.id.split("_");
      const named = {
        id: post.id,
        address: `https://www.facebook.com/somebody/posts/${own}`,
        story: `https://www.facebook.com/permalink.php?story_fbid=${own}&id=${page}`,
      }[form];
      expect(await operator.act(id, { action: "isThere", post: named })).toMatchObject({ status: 200 });
      expect((await operator.why(id)).story).toMatchObject({ state: "delivered", held: { remoteId: `${post.id}//1` } });
      world.dropbox.files.renameFile("/inbox/Report.docx", "/inbox/Yearly report.docx");
      await world.notify();
      await world.settle();
      expect(posts().map(({ message }) => message)).toEqual(["Report", "Yearly report"]);
      if (form !== "story") await world.close();
    }
  });

  it("'it is there' by the post that is another file's → refused, and that post stays when the file is deleted", async () => {
    const id = await unclear({ PAGE_ON_DELETE: "delete" });
    const answer = await operator.act(id, { action: "isThere", post: posts()[0]?.id ?? "" });
    expect([answer.status, answer.body.message]).toEqual([409, expect.stringContaining("another file's")]);
    expect((await operator.why(id)).story).toMatchObject({ state: "unclear" });
    world.dropbox.files.deletePath("/inbox/Report.docx");
    await world.notify();
    await world.settle();
    expect(posts()).toHaveLength(1);
  });

  it("'it is there' without saying where → delivered; edits and replacements leave it, and nothing is posted again", async () => {
    for (const PAGE_ON_EDIT of ["keep", "text", "replace"]) {
      const id = await unclear({ PAGE_ON_EDIT });
      expect((await operator.act(id, { action: "isThere" })).status).toBe(200);
      expect((await operator.act(id, { action: "isThere" })).status).toBe(409);
      world.graph.manners.repeatWindowMs = 0;
      world.dropbox.files.editFile("/inbox/Report.docx", "z");
      await world.notify();
      await world.settle();
      expect(posts()).toHaveLength(1);
      expect((await operator.why(id)).story).toMatchObject({ state: "skipped" });
      expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 0, unclear: 0 });
      if (PAGE_ON_EDIT !== "replace") await world.close();
    }
  });

  it("'it is there', nobody knows where, then its file deleted → nothing is taken away", async () => {
    const id = await unclear({ PAGE_ON_DELETE: "delete" });
    expect((await operator.act(id, { action: "isThere" })).status).toBe(200);
    world.dropbox.files.deletePath("/inbox/Report.docx");
    await world.notify();
    await world.settle();
    expect((await operator.why(id)).story).toMatchObject({ state: "skipped", gone: "deleted" });
    expect(posts()).toHaveLength(1);
  });

  it("what names no post → 400, and it stays as it is", async () => {
    const id = await unclear();
    for (const post of ["https://example.com/1_2", "https://www.facebook.com/x/posts/pfbid0abc", "the first one"])
      expect((await operator.act(id, { action: "isThere", post })).status, post).toBe(400);
    expect((await operator.why(id)).story.state).toBe("unclear");
  });

  it("a worker that dies after its note, a hundred times → unclear, not dead: nobody has looked", async () => {
    await following();
    world.graph.fail({ route: "POST /{page}/feed", status: 500, count: 1 });
    world.dropbox.files.addFile("/inbox/Report.pdf", "x");
    await world.notify();
    const [link] = world.context.services.links;
    if (link === undefined) throw new Error("no link");
    for (let n = 0; n < 101; n += 1) {
      world.advance(1_000_000);
      const now = world.now();
      const claim = { settleToken: "", claimToken: `w${n}`, now, limit: 1, settlements: [], hold: null };
      await link.outbox.settleAndClaim({ ...claim, credential: link.destination.credential });
    }
    world.advance(1_000_000);
    await world.sweep();
    expect((await operator.list("unclear")).deliveries).toMatchObject([
      { path: "/inbox/Report.pdf", last: { outcome: "untellable" } },
    ]);
  });
});

describe("pace", () => {
  it("no post left today → waiting behind a hold until there is one", async () => {
    await following({ PAGE_POSTS_PER_DAY: "1" });
    world.dropbox.files.addFile("/inbox/One.pdf", "x");
    await world.notify();
    world.dropbox.files.addFile("/inbox/Two.pdf", "y");
    await world.notify();
    const { story } = await operator.why("/inbox/Two.pdf");
    expect(story).toMatchObject({ state: "waiting", because: "hold", attempted: 0, hold: { reason: "rateLimited" } });
    expect(story.attempts.at(-1).message).toContain("budget of posts is used up");
    expect(story.dueAt).toBeGreaterThan(world.now() + DAY_MS - 120_000);
  });

  it("a photo that waits for others → waiting at the destination's pace, nothing counted", async () => {
    await following({ PAGE_ALBUM_WINDOW_SECONDS: "60" });
    world.dropbox.files.addFile("/inbox/One.png", pictureOf(1, 24, 18));
    await world.notify();
    expect((await operator.why("/inbox/One.png")).story).toMatchObject({
      ...{ state: "waiting", because: "pace", attempted: 0, hold: null, dueAt: world.now() + 60_000 },
    });
  });
});

describe("the token's end", () => {
  const asked = () => world.graph.requests();

  it("20 days before its end → silence; at 14, 3 and 1 → one line each, the health and nothing secret in them", async () => {
    await following();
    world.graph.tokens.expireAt("page", world.now() + 20 * DAY_MS);
    for (let hour = 0; hour < 20 * 24 - 1; hour += 1) {
      world.advance(3_600_000);
      await world.sweep();
      world.messages.length = 0;
    }
    expect(logged("credential.ending").map(({ daysLeft }) => daysLeft)).toEqual([14, 3, 1]);
    const { links } = await operator.health();
    expect(links[0].credential).toMatchObject({ isValid: true, daysLeft: 0, missing: [] });
    expect(world.logged.join("\n")).not.toContain(world.graph.tokens.current("page"));
    expect(JSON.stringify(links)).not.toContain(world.graph.tokens.current("page"));
  });

  it("sweeps of a day, by two processes → asked once", async () => {
    await following();
    const first = asked();
    for (let n = 0; n < 280; n += 1) {
      world.advance(5 * 60_000);
      if (n % 2 === 0) world.restart();
      await world.sweep();
    }
    expect(asked() - first).toBe(0);
    world.advance(3_600_000);
    await world.sweep();
    expect(asked() - first).toBe(1);
  });

  it("Facebook down when it is asked → the sweep is done all the same, and asks again an hour later", async () => {
    await following();
    world.advance(2 * DAY_MS);
    world.graph.fail({ route: "GET /debug_token", status: 500, count: 1 });
    expect(await world.sweep()).toEqual({ kind: "done" });
    expect(logged("credential.not_told")).toHaveLength(1);
    const { askedAt } = (await operator.health()).links[0].credential;
    world.advance(2 * 3_600_000);
    await world.sweep();
    expect((await operator.health()).links[0].credential.askedAt).toBeGreaterThan(askedAt);
  });

  it("already ended → said as that", async () => {
    await following();
    world.graph.tokens.end("page");
    world.advance(2 * DAY_MS);
    await world.sweep();
    expect(logged("credential.invalid").length).toBeGreaterThan(0);
    expect((await operator.health()).links[0].credential).toMatchObject({ isValid: false });
  });
});
