/** The list of instances by its address: which are asked for, and how far one look goes. */
import { describe, expect, it } from "vitest";
import { type Instance, instanceSchema } from "@/lib/core/instance.ts";
import { type Scanned, scanInstances } from "@/lib/core/scan-instances.ts";
import { instancesHref, instancesQuery, isAskedFor } from "@/lib/dashboard/instances-query.ts";
import { NOW } from "../support/builders.ts";
import { aDraft } from "../support/instances.ts";

const instance = (changes: Partial<Instance> = {}): Instance =>
  instanceSchema.parse({
    ...aDraft({ name: "Harbour walk", account: "dbid:AAA", folder: "/Photos" }),
    ...{ id: "7", status: "active", trouble: null, since: NOW, createdAt: NOW, updatedAt: NOW },
    accountLabel: "ann@example.com",
    ...changes,
  });
const isFound = (query: Record<string, string>, changes: Partial<Instance> = {}) =>
  isAskedFor(instance(changes), instancesQuery(query));

describe("asked for", () => {
  it.each(["harbour", "WALK", "ann@", "dbid:AAA", "/photos", "sandbox.test", "7", " walk "])("%j → found by it", (q) =>
    expect(isFound({ q })).toBe(true),
  );
  it.each(["fair", "bob@", "77"])("%j → not found by it", (q) => expect(isFound({ q })).toBe(false));

  it.each<[string, Partial<Instance>]>([
    ["active", {}],
    ["stopped", { status: "paused" }],
    ["stopped", { status: "disabled" }],
    ["attention", { status: "unauthorized" }],
    ["attention", { status: "paused", isSetUp: false }],
    ["attention", { destinations: [] }],
  ])("by the state %s: %j → found by it and by no other", (state, changes) => {
    const by = ["active", "stopped", "attention"].filter((one) => isFound({ state: one }, changes));
    expect(by).toEqual([state]);
    expect(isFound({ state, q: "nobody" }, changes)).toBe(false);
  });

  it("an address with what makes no sense → the whole list", () => {
    const query = instancesQuery({ q: "x".repeat(300), state: "<b>", after: "-1" });
    expect(instancesHref(query)).toBe("/instances");
    expect(instancesHref(instancesQuery({ q: ["a", "b"] }))).toBe("/instances");
  });

  it("an address made of a question → the same question", () => {
    const query = instancesQuery({ q: "a&b=c", state: "attention", after: "12" });
    const given = Object.fromEntries(new URL(instancesHref(query), "http://relay.test").searchParams);
    expect(instancesQuery(given)).toEqual(query);
  });
});

describe("one look", () => {
  const pages = (count: number) => {
    const asked: number[] = [];
    const page = async (after: string, limit: number) => {
      asked.push(limit);
      const first = Number(after) + 1;
      const ids = Array.from({ length: Math.max(0, Math.min(limit, count - Number(after))) }, (_, n) => first + n);
      return ids.map((id) => ({ instance: { ...instance(), id: `${id}` } }));
    };
    return { asked, page };
  };
  const ids = (found: { instance: Instance }[]) => found.map((one) => Number(one.instance.id));

  async function allParts(count: number, isMeant: (instance: Instance) => boolean) {
    const { page } = pages(count);
    const parts: Scanned<{ instance: Instance }>[] = [];
    let after: string | null = "0";
    while (after !== null) {
      const part: Scanned<{ instance: Instance }> = await scanInstances(page, { after, limit: 50, isMeant });
      parts.push(part);
      after = part.next;
    }
    return parts;
  }

  it("every one → as many as are shown, read at once", async () => {
    const { page, asked } = pages(120);
    const first = await scanInstances(page, { after: "0", limit: 50, isMeant: null });
    expect([ids(first.found).at(-1), first.next, asked]).toEqual([50, "50", [50]]);
    const last = await scanInstances(page, { after: "100", limit: 50, isMeant: null });
    expect([ids(last.found).at(-1), last.next]).toEqual([120, null]);
  });

  it("few of very many → ends after a thousand and goes on there, until each was looked at once", async () => {
    const parts = await allParts(2_345, ({ id }) => Number(id) % 1_000 === 7);
    const found = parts.flatMap((part) => ids(part.found));
    const looked = parts.map((part) => part.looked);
    expect(found).toEqual([7, 1_007, 2_007]);
    expect(looked).toEqual([1_000, 1_000, 345]);
  });

  it.each([60, 200, 201, 450])("%i that all fit → none twice, none left out", async (count) => {
    const parts = await allParts(count, () => true);
    expect(Math.max(...parts.map((part) => part.found.length))).toBe(50);
    const found = parts.flatMap((part) => ids(part.found));
    expect(found).toEqual(Array.from({ length: count }, (_, n) => n + 1));
  });
});
