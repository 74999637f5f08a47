/** Addresses whose escapes are no letters, at the door: refused in a word, wherever they lead. */
import { NextRequest } from "next/server";
import { describe, expect, it } from "vitest";
import { proxy } from "@/proxy.ts";

const at = (path: string) => proxy(new NextRequest(`https://relay.test${path}`));

describe("an address", () => {
  it.each([
    "/files/%ED%A0%80",
    "/files/%E0%A4%A",
    "/%ff",
    "/api/deliveries/%ED%A0%80",
    "/elements/api-v2/instances/%ED%A0%80",
  ])("%s → 400 in a word, and no route is asked", async (path) => {
    const answer = at(path);
    expect([answer.status, await answer.text()]).toEqual([400, "Bad Request\n"]);
    expect(answer.headers.get("x-middleware-next")).toBeNull();
  });

  it.each(["/files/id%3Aabc", "/files/%25", "/files/%F0%9F%98%80"])("%s → its page, under a policy", (path) => {
    const { headers } = at(path);
    expect(headers.get("x-middleware-next")).toBe("1");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("escapes in a route for programs → goes on untouched", () => {
    const { headers } = at("/api/deliveries/id%3Aabc");
    expect([headers.get("x-middleware-next"), headers.get("content-security-policy")]).toEqual(["1", null]);
  });
});
