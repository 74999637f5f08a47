import { Agent, createServer, type RequestListener, request as requestHttp, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Incoming } from "@/lib/core/incoming.ts";
import { readBounded } from "@/lib/core/read-bounded.ts";
import { type Route, withHotRoutes } from "@/lib/local/hot-routes.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const logged: object[] = [];
const byNext: RequestListener = (_, response) => response.writeHead(418).end("Next");

async function serve(route: Route): Promise<string> {
  logged.length = 0;
  const server = createServer(withHotRoutes(new Map([["POST /hot", route]]), byNext, (line) => logged.push(line)));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const echo: Route = async ({ body }) => new Response(Buffer.from((await readBounded(body, 1_000_000)) ?? ""));

describe("a route served before Next", () => {
  it("POST to its path, with or without a query → its answer; anything else → Next", async () => {
    const url = await serve(echo);
    const asked = async (path: string, method: string) => (await fetch(`${url}${path}`, { method })).status;
    expect([await asked("/hot", "POST"), await asked("/hot?a=/b", "POST")]).toEqual([200, 200]);
    const others = [
      ["/hot", "GET"],
      ["/hot", "PUT"],
      ["/hot/", "POST"],
      ["/hot/a", "POST"],
      ["/", "POST"],
    ] as const;
    for (const [path, method] of others) expect(await asked(path, method), `${method} ${path}`).toBe(418);
  });

  it("status, headers (one of them twice) and body → as the handler made them", async () => {
    const url = await serve(async ({ headers }) => {
      const answer = new Response(`hello ${headers.get("X-Name")} ${headers.get("x-none")}`, { status: 489 });
      answer.headers.append("set-cookie", "a=1");
      answer.headers.append("set-cookie", "b=2");
      return answer;
    });
    const response = await fetch(`${url}/hot`, { method: "POST", headers: { "x-name": "Ann" } });
    expect(response.status).toBe(489);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.text()).toBe("hello Ann null");
  });

  it("500 kB in many pieces → read as a whole", async () => {
    const url = await serve(echo);
    const body = Buffer.alloc(500_000, "abc");
    const response = await fetch(`${url}/hot`, { method: "POST", body });
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  });

  it("handler throws → 500 without a word, the reason in the log, and the next request is answered", async () => {
    let first = true;
    const url = await serve(async () => {
      if (!first) return new Response("well");
      first = false;
      throw new Error("no environment");
    });
    const failed = await fetch(`${url}/hot`, { method: "POST" });
    expect([failed.status, await failed.text()]).toEqual([500, ""]);
    expect(logged).toEqual([{ event: "route.failed", reason: "no environment" }]);
    expect(await (await fetch(`${url}/hot`, { method: "POST" })).text()).toBe("well");
  });

  it("handler that reads a part only → its answer, and the connection serves the next request", async () => {
    const url = await serve(async ({ body }) => {
      const bytes = await readBounded(body, 1_000);
      return new Response(null, { status: bytes === null ? 413 : 200 });
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = (body: Buffer) =>
      new Promise<[number | undefined, number | undefined]>((resolve, reject) => {
        const request = requestHttp(`${url}/hot`, { method: "POST", agent }, (response) => {
          const { localPort } = response.socket;
          response.resume().on("end", () => resolve([response.statusCode, localPort]));
        });
        request.on("error", reject).end(body);
      });
    const [tooLong, port] = await post(Buffer.alloc(900_000));
    expect([tooLong, await post(Buffer.from("short"))]).toEqual([413, [200, port]]);
    agent.destroy();
  });

  it("caller goes half way → the body ends with an error, and nothing is logged as a fault of ours", async () => {
    let ended: (how: string) => void = () => undefined;
    const how = new Promise<string>((resolve) => {
      ended = resolve;
    });
    const url = await serve(async ({ body }: Incoming) => {
      await readBounded(body, 1_000).then(
        () => ended("whole"),
        () => ended("broken"),
      );
      return new Response(null, { status: 400 });
    });
    const request = requestHttp(`${url}/hot`, { method: "POST", headers: { "content-length": "100" } });
    request.on("error", () => undefined);
    request.write("half", () => request.destroy());
    expect(await how).toBe("broken");
    expect(logged).toEqual([]);
  });
});
