/** "Why?", answered in full: between what a file lies, each rule with its value, and what is sent of it, for each destination. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RuleLine } from "@/lib/core/rule-lines.ts";
import { whyText } from "@/lib/local/why-text.ts";
import { pictureOf } from "../sandbox/picture.ts";
import { secret } from "../support/builders.ts";
import { operatorAt } from "../support/operator.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

let world: World;
let operator: Awaited<ReturnType<typeof operatorAt>>;
beforeAll(async () => {
  operator = await operatorAt(() => world);
});
afterAll(() => vi.doUnmock("@/lib/relay/context.ts"));
afterEach(() => world.close());

async function following(options: WorldOptions = {}) {
  world = await createWorld({ ...options, env: { ADMIN_TOKEN: secret(), ...options.env } });
  await world.sweep();
  world.advance(60_000);
}
async function drop(path: string, content: string | Uint8Array) {
  world.dropbox.files.addFile(path, typeof content === "string" ? content : Buffer.from(content));
  await world.notify();
  await world.settle();
  return operator.why(path);
}

describe("a records endpoint", () => {
  it("delivered → the very record, the names, the size, and the file at Dropbox", async () => {
    await following();
    const told = await drop("/inbox/Größe 1/a&b.jpg", "x".repeat(3_400));
    expect(told.sent).toMatchObject({ what: "A record", payload: { id: told.story.held.remoteId, name: "a&b.jpg" } });
    expect(told).toMatchObject({ instance: "Instance set by environment variables", destination: "Records endpoint" });
    expect(told.source).toBe("https://www.dropbox.com/home/inbox/Gr%C3%B6%C3%9Fe%201?preview=a%26b.jpg");
    const text = whyText(told, world.now());
    expect(text).toContain("3.4 kB");
    expect(text).toContain("✓ No temporary files: it is named a&b.jpg");
    expect(text).toContain('"name": "a&b.jpg"');
  });

  it("a file of fields → the record with them, of exactly this revision", async () => {
    await following();
    const told = await drop("/inbox/a.json", '{"email":"a@example.com","amount":"7"}');
    expect(told.sent.payload).toEqual(world.facebook.records().find(({ id }) => id === told.story.held.remoteId));
  });

  it("refused for a field → nothing is sent, and why", async () => {
    await following();
    const told = await drop("/inbox/a.json", '{"email":7}');
    expect(told).toMatchObject({ story: { state: "dead" }, sent: { what: "Nothing", payload: null } });
    expect(told.sent.note).toContain("field email");
  });

  it("left out for its size, then by its kind → the rule with its value, also when it is not the one that decided", async () => {
    await following({ env: { SIZE_MAX_BYTES: "2000", EXTENSIONS: "png,jpg" } });
    const ruled = (told: { rules: RuleLine[] }) => Object.fromEntries(told.rules.map((line) => [line.rule, line]));
    const large = await drop("/inbox/a.jpg", "x".repeat(3_400));
    expect(large).toMatchObject({ story: { state: "notSelected", file: { size: 3_400 } }, sent: null });
    expect(ruled(large)["Not larger than 2 kB"]).toMatchObject({ file: "it has 3.4 kB", fits: false });
    expect(ruled(large)["Only these kinds: png, jpg"]).toMatchObject({ file: "it is jpg", fits: true });
    const text = await drop("/inbox/a.txt", "x");
    expect(ruled(text)["Only these kinds: png, jpg"]).toMatchObject({ file: "it is txt", fits: false });
    expect(whyText(text, world.now())).toContain("✗ Only these kinds: png, jpg: it is txt");
  });

  it("Dropbox down while a page asks → the story all the same, without what is sent", async () => {
    await following();
    await drop("/inbox/a.json", "{}");
    world.dropbox.fail({ route: "/2/files/download", status: 500, count: 20 });
    const told = await operator.why("/inbox/a.json");
    expect(told).toMatchObject({ story: { state: "delivered" }, sent: { payload: null } });
    expect(told.sent.note).not.toBeNull();
  });
});

describe("a Page", () => {
  it("a photo with a caption beside it → the words of its post, and where they come from", async () => {
    await following({ page: {} });
    world.dropbox.files.addFile("/inbox/fair.txt", "The fair of 2026");
    const told = await drop("/inbox/fair.jpg", pictureOf(1));
    const [post] = world.graph.posts();
    expect(told.story.state).toBe("delivered");
    expect(told.sent).toMatchObject({ what: "A photo", text: post?.message ?? "none" });
    expect(told.sent.fields).toEqual([{ label: "Caption from", value: "fair.txt" }]);
    expect((await operator.why("/inbox/fair.txt")).sent).toMatchObject({ what: "Nothing", text: null });
  });
});

describe("a callback", () => {
  it("told, and told of a change → the very event that was heard, and nothing that signs it", async () => {
    await following({ callback: {}, env: { CALLBACK_FORMAT: "cloudevents" } });
    for (const content of ["x", "changed"]) {
      const told = await drop("/inbox/a.jpg", content);
      expect(told.sent.payload).toEqual(JSON.parse(world.receiver.bodies().at(-1)?.body ?? ""));
      expect(JSON.stringify(told)).not.toContain(world.env.CALLBACK_SECRET ?? "no secret");
      world.advance(60_000);
    }
  });
});
