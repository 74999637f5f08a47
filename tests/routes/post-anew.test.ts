/** "It is not there: post it", as its form sends it: a post that was there after all would be there twice. */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { secret } from "../support/builders.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
vi.doMock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
const { POST: act } = await import("@/app/(operator)/files/act/route.ts");
const { POST: logIn } = await import("@/app/login/route.ts");

const origin = "http://relay.test";
const token = secret();
beforeAll(async () => {
  world = await createWorld({ page: {}, env: { ADMIN_TOKEN: token } });
  await world.sweep();
  world.advance(60_000);
});
afterAll(() => world.close());

const form = (path: string, fields: Record<string, string>, cookie = "") =>
  new Request(origin + path, { method: "POST", headers: { origin, cookie }, body: new URLSearchParams(fields) });

it("unclear → pressed without the tick → nothing is sent; with it → posted once", async () => {
  world.dropbox.files.addFile("/inbox/Report.pdf", "x");
  await world.notify();
  const { id } = world.dropbox.files.addFile("/inbox/Report.docx", "y");
  await world.notify();
  await world.settle();
  expect(await world.counts()).toMatchObject({ unclear: 1 });
  world.graph.manners.repeatWindowMs = 0;
  const cookie = (await logIn(form("/login", { token }))).headers.get("set-cookie")?.split(";")[0] ?? "";
  const press = async (more: Record<string, string>) => {
    const answer = await act(form("/files/act", { id, link: "env", action: "post", ...more }, cookie));
    await world.settle();
    return [answer.status, new URL(answer.headers.get("location") ?? "", origin).searchParams.get("did")];
  };
  expect(await press({})).toEqual([303, "unsure"]);
  expect(world.graph.posts()).toHaveLength(1);
  expect(await press({ sure: "yes" })).toEqual([303, "post"]);
  expect(world.graph.posts()).toHaveLength(2);
});
