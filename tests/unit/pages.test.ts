import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type App, createPages } from "@/lib/local/pages.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Loads as `outcomes` say, one after the other. */
async function begin(outcomes: readonly ("up" | "broken")[]) {
  const logged: object[] = [];
  let loads = 0;
  let closed = 0;
  const load = async (): Promise<App> => {
    loads += 1;
    if (outcomes[loads - 1] === "broken") throw new Error("no build");
    return { answer: (_, response) => void response.end("page"), close: async () => (closed += 1) };
  };
  const pages = createPages(load, (line) => logged.push(line));
  const server = createServer(pages.handle);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = async () => {
    const response = await fetch(url);
    return `${response.status} ${await response.text()}`;
  };
  return { pages, get, logged, loads: () => loads, closed: () => closed };
}

describe("pages", () => {
  it("nobody looks → nothing is loaded, and nothing is there to close", async () => {
    const { pages, loads, closed } = await begin(["up"]);
    await pages.close();
    expect([loads(), closed()]).toEqual([0, 0]);
  });

  it("several first requests at once → loaded once, all answered; closed once", async () => {
    const { pages, get, loads, closed } = await begin(["up"]);
    expect(await Promise.all([get(), get(), get()])).toEqual(["200 page", "200 page", "200 page"]);
    await pages.close();
    expect([loads(), closed()]).toEqual([1, 1]);
  });

  it("does not come up → 503 without a word and the reason in the log; the next request tries again", async () => {
    const { get, logged, loads } = await begin(["broken", "up"]);
    expect(await get()).toBe("503 ");
    expect(logged).toEqual([{ event: "pages.failed", reason: "no build" }]);
    expect([await get(), loads()]).toEqual(["200 page", 2]);
  });

  it("begun before anybody looks, as while one works on the code → its failure is the caller's", async () => {
    await expect((await begin(["broken"])).pages.begin()).rejects.toThrow("no build");
  });
});
