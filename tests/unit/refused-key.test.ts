/** The page of an instance whose access is refused: which key, and the one thing to do. */
import { expect, it } from "vitest";
import { type Instance, instanceSchema, SOURCE } from "@/lib/core/instance.ts";
import { standingOf } from "@/lib/dashboard/instances-view.ts";
import { refusedKey } from "@/lib/dashboard/refused-key.ts";

const one = (changes: Partial<Instance> = {}): Instance =>
  instanceSchema.parse({
    ...{ id: "7", name: "Harbour", tags: [], account: "dbid:A", accountLabel: "ann@example.com", folder: "" },
    destinations: [{ kind: "page", id: "page", pageId: "123", pageName: "Fair" }],
    ...{ status: "active", trouble: null, pollSeconds: null, since: 0, createdAt: 0, updatedAt: 0 },
    ...changes,
  });
const refused = (side: string, changes: Partial<Instance> = {}) =>
  refusedKey(one({ status: "unauthorized", trouble: { side, message: "the token was revoked", at: 0 }, ...changes }));

it("Dropbox refuses → the account, and the way to connect it again", () => {
  expect(refused(SOURCE)).toMatchObject({
    tone: "bad",
    sentence: "Dropbox refuses the access to ann@example.com.",
    why: expect.stringMatching(/^The token was revoked\. Nothing is lost/),
    action: { href: "/connect/dropbox?instance=7" },
  });
});

it("a Page, or another destination, refuses → which, and where a new key is given", () => {
  expect(refused("page")).toMatchObject({
    sentence: "Facebook refuses the key of Fair.",
    action: { href: "#destinations" },
  });
  const url = "https://records.example.org/v1";
  const records = refused("records", { destinations: [{ kind: "records", id: "records", url, width: 8 }] });
  expect(records).toMatchObject({ sentence: "The key is refused.", action: { text: "Give a new key" } });
});

it("nothing refused → nothing said; no destination → it goes nowhere, which is no state to call running", () => {
  expect(refusedKey(one())).toBeNull();
  expect(standingOf(one({ destinations: [] }))).toMatchObject({ word: "Goes nowhere" });
});
