import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { redirectAddresses } from "@/lib/dashboard/addresses.ts";

it("the addresses to enter at Dropbox and Facebook → each is a route of ours", () => {
  const addresses = redirectAddresses("https://relay.example.org").map(({ value }) => new URL(value));
  expect(addresses.map(({ host }) => host)).toEqual(["relay.example.org", "relay.example.org"]);
  for (const { pathname } of addresses) expect(existsSync(`app${pathname}/route.ts`), pathname).toBe(true);
});
