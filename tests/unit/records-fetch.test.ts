/** The records endpoint's client over its own way of sending, on a real port: what `fetch` promised must still hold. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createRecordsClient } from "@/lib/destinations/records/client.ts";
import { createRecordsFetch } from "@/lib/destinations/records/records-fetch.ts";
import { freePort } from "../support/free-port.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function endpoint(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/records`;
}

const client = (url: string, timeoutMs = 10_000) =>
  createRecordsClient({ url, fetch: createRecordsFetch(), timeoutMs, now: Date.now });
const RECORD = { id: "facebook_1", status: "active", name: "ü.jpg" };

describe("records over undici", () => {
  it("search, create, update → method, path, headers and body as they were meant", async () => {
    const seen: { line: string; authorization: unknown; key: unknown; body: string }[] = [];
    const url = await endpoint(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { authorization, "idempotency-key": key } = request.headers;
      seen.push({ line: `${request.method} ${request.url}`, authorization, key, body });
      response.setHeader("content-type", "application/json").end(request.method === "GET" ? "[]" : body);
    });
    const records = client(url);
    expect(await records.search("token-1", RECORD.id)).toEqual({ ok: true, data: null });
    expect(await records.create("token-1", RECORD, "key-1")).toMatchObject({ ok: true });
    expect(await records.update("token-1", RECORD, "key-2")).toMatchObject({ ok: true });
    const body = JSON.stringify(RECORD);
    expect(seen).toEqual([
      { line: "GET /v1/records?id=facebook_1", authorization: "Bearer token-1", key: undefined, body: "" },
      { line: "POST /v1/records", authorization: "Bearer token-1", key: "key-1", body },
      { line: "PATCH /v1/records/facebook_1", authorization: "Bearer token-1", key: "key-2", body },
    ]);
  });

  it("a redirect → not followed, so the token goes nowhere else", async () => {
    const asked: string[] = [];
    const url = await endpoint((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    expect(await client(url).create("token-1", RECORD, "key-1")).toMatchObject({ ok: false, status: 302 });
    expect(asked).toEqual(["/v1/records"]);
  });

  it("429 with Retry-After → the wait it names", async () => {
    const url = await endpoint((_, response) => response.writeHead(429, { "retry-after": "7" }).end());
    const answer = await client(url).search("token-1", RECORD.id);
    expect(answer).toMatchObject({ ok: false, status: 429, retryAfterMs: 7000 });
  });

  it("no answer, or one that stops half way → silence of the kind timeout", async () => {
    const silent = await endpoint(() => undefined);
    const half = await endpoint((_, response) => response.writeHead(200, { "content-length": "100" }).write("[{"));
    for (const url of [silent, half]) {
      expect(await client(url, 100).search("token-1", RECORD.id)).toMatchObject({ ok: false, silence: "timeout" });
    }
  });

  it("connection cut before or within the answer → broken; nobody listens → refused", async () => {
    const before = await endpoint((request) => request.socket.destroy());
    const within = await endpoint((_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("[{", () => response.destroy());
    });
    for (const url of [before, within]) {
      expect(await client(url).search("token-1", RECORD.id)).toMatchObject({ ok: false, silence: "broken" });
    }
    const nowhere = await client(`http://127.0.0.1:${await freePort()}/v1/records`).search("token-1", RECORD.id);
    expect(nowhere).toMatchObject({ ok: false, silence: "refused", message: expect.stringContaining("ECONNREFUSED") });
  });

  it("an answer that never ends → given up after a bound, and the connection let go", async () => {
    let cut: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      cut = resolve;
    });
    const url = await endpoint((_, response) => {
      response.on("close", cut);
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(64 * 1024)));
      };
      response.on("drain", more);
      more();
    });
    const answer = await client(url).search("token-1", RECORD.id);
    expect(answer).toMatchObject({ ok: false, message: "the answer is too long" });
    await closed;
  });
});
