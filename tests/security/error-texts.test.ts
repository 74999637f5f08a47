/** What Redis and QStash answer, and what fetch says when it fails, ends in our errors and so in the log: without the token. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { createQueue } from "@/lib/queue/client.ts";
import { createRedis, step } from "@/lib/store/redis.ts";
import { listen } from "../sandbox/http-bridge.ts";
import { collector, secret } from "../support/builders.ts";

/** The SDKs write to the console by themselves. */
const said = collector<string>();
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  said.all.length = 0;
});
function hearConsole() {
  for (const method of ["error", "warn", "log", "info", "debug"] as const)
    vi.spyOn(console, method).mockImplementation((...parts) => said.add(parts.map(String).join(" ")));
}

const textOf = async (work: Promise<unknown>): Promise<string> => {
  const cause = await work.then(
    () => new Error("it worked"),
    (error: unknown) => error,
  );
  expect(cause).toBeInstanceOf(Error);
  const error = cause as Error;
  expect(error.message).not.toBe("it worked");
  // What a log of the whole error would show.
  return [error.message, error.stack, String(error.cause ?? ""), ...said.all].join("\n");
};

const ask = {
  redis: (url: string, token: string) => step("test", () => createRedis({ url, token }).get("a")),
  queue: (url: string, token: string) =>
    createQueue({ url, token, publicBaseUrl: "https://relay.example.com", jobSeconds: 300 }).enqueue([
      { job: { job: "sweep" } },
    ]),
};

describe.each(Object.keys(ask) as (keyof typeof ask)[])("%s", (service) => {
  it("a token that no header can carry → fails without quoting it", async () => {
    hearConsole();
    const [first, second] = [secret(), secret()];
    const text = await textOf(ask[service]("http://127.0.0.1:9", `${first}\n${second}`));
    expect(text).not.toContain(first);
    expect(text).not.toContain(second);
  });

  it.each([401, 400, 429, 500, 302])(
    "%i with the token in the body, as JSON, HTML or text → not in the error",
    async (status) => {
      hearConsole();
      const token = secret();
      for (const body of [
        JSON.stringify({ error: `not for Bearer ${token}` }),
        `<html>Authorization: Bearer ${token}</html>`,
        `Bearer ${token}`,
      ]) {
        const server = await listen(async () => new Response(body, { status }), 0, "127.0.0.1");
        try {
          expect(await textOf(ask[service](server.url, token))).not.toContain(token);
        } finally {
          await server.close();
        }
      }
    },
  );

  it("nobody listens → the code of the failure, for whoever reads the log", async () => {
    hearConsole();
    const server = await listen(async () => new Response(), 0, "127.0.0.1");
    await server.close();
    expect(await textOf(ask[service](server.url, secret()))).toContain("ECONNREFUSED");
  });

  it("a redirect to another host → the token does not follow", async () => {
    hearConsole();
    const token = secret();
    const came: string[] = [];
    const other = await listen(
      async (request) => {
        came.push(JSON.stringify([...request.headers]));
        return Response.json({ error: "what do you want here" }, { status: 400 });
      },
      0,
      "127.0.0.1",
    );
    // Another name of the same machine is another host.
    const away = other.url.replace("127.0.0.1", "localhost");
    const here = await listen(
      async () => new Response(null, { status: 307, headers: { location: `${away}/elsewhere` } }),
      0,
      "127.0.0.1",
    );
    try {
      await textOf(ask[service](here.url, token));
      expect(came.join()).not.toContain(token);
    } finally {
      await here.close();
      await other.close();
    }
  });
});

describe("QStash's SDK", () => {
  it("development mode set while it runs → it still talks to the configured address only", async () => {
    hearConsole();
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (input: RequestInfo | URL) => {
      asked.push(String(input));
      return Response.json({ messageId: "msg_1" });
    });
    vi.stubEnv("QSTASH_DEV", "true");
    try {
      await ask.queue("http://queue.test", secret());
      expect(asked).toEqual(["http://queue.test/v2/publish/https://relay.example.com/api/relay"]);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
