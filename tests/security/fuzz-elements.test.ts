/** Anything at all sent to the compatible interface: an answer in its form, never a failure of ours. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { KEYS } from "@/lib/elements/configuration-keys.ts";
import { ROUTES } from "@/lib/elements/router.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { createOf, type ElementsWorld, elementsWorld } from "../support/elements.ts";
import type { World } from "../support/world.ts";

let at: ElementsWorld;
let world: World;
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
beforeAll(async () => {
  at = await elementsWorld();
  world = at.world;
  await createOf(at, world.accounts[0] as Dropbox);
});
afterAll(() => world.close());

/** Each call in a minute of its own: else the limit would be all that is looked at. */
async function send(method: string, path: string, body: string | null) {
  minute += 61_000;
  vi.useFakeTimers({ toFake: ["Date"], now: minute });
  const response = await at.fetch(
    new Request(`https://relay.test/elements/api-v2${path}`, {
      method,
      headers: {
        authorization: `User ${at.userSecret}, Organization ${at.orgSecret}`,
        "content-type": "application/json",
      },
      ...(body === null ? {} : { body }),
    }),
  );
  vi.useRealTimers();
  return { status: response.status, body: JSON.parse(await response.text()) };
}
let minute = Date.UTC(2026, 10, 20);

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("__proto__", "*", "\0", "../.."),
);
const anyValue = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(text, text, { maxKeys: 3 }),
);
const configuration = fc.dictionary(fc.oneof(fc.constantFrom(...KEYS.map(({ key }) => key)), text), anyValue, {
  maxKeys: 8,
});
const change = fc.record(
  {
    name: anyValue,
    tags: fc.oneof(anyValue, fc.array(anyValue, { maxLength: 4 })),
    configuration: fc.oneof(configuration, anyValue),
    element: anyValue,
    providerData: anyValue,
  },
  { requiredKeys: [] },
);

describe("anything at all", () => {
  it("as the change of an instance → stored and readable again, or refused in words", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("PUT", "PATCH"), change, async (method, value) => {
        const got = await send(method, "/instances/1", JSON.stringify(value));
        expect([200, 400]).toContain(got.status);
        if (got.status === 400) expect(Object.keys(got.body)).toEqual(["requestId", "message"]);
        const after = await send("GET", "/instances/1", null);
        expect(after.status).toBe(200);
        if (got.status === 200)
          expect({ ...got.body.configuration, "relay.signing.secret": null }).toEqual({
            ...after.body.configuration,
            "relay.signing.secret": null,
          });
      }),
      { numRuns: 300 },
    );
  });

  it("as a path, a query and a body → an answer, and no 500", async () => {
    const part = fc.oneof(
      fc.constantFrom(
        "instances",
        "elements",
        "dropbox",
        "1",
        "events",
        "configuration",
        "enabled",
        "token",
        "oauth",
        "url",
        "keys",
        "accounts",
        "",
      ),
      text.map((one) => encodeURIComponent(one.toWellFormed())),
    );
    const path = fc.oneof(
      fc.array(part, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
      fc.constantFrom(...ROUTES.map((one) => one.path.replaceAll(/\{id\}/g, "1").replaceAll(/\{\w+\}/g, "dropbox"))),
    );
    const query = fc
      .dictionary(
        fc.constantFrom("tags[]", "tags", "searchText", "pageSize", "nextPage", "apiKey", "callbackUrl", "state"),
        text,
      )
      .map((all) =>
        new URLSearchParams(Object.entries(all).map(([name, value]) => [name, value.toWellFormed()])).toString(),
      );
    const body = fc.oneof(
      text,
      fc.json({ maxDepth: 3 }),
      change.map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "PUT", "PATCH"),
        path,
        query,
        body,
        async (method, to, asked, sent) => {
          const got = await send(method, `${to}?${asked}`, method === "GET" ? null : sent.toWellFormed());
          expect([200, 400, 403, 404, 405]).toContain(got.status);
        },
      ),
      { numRuns: 400 },
    );
  });
});
