/** A person at the real routes of a world: real requests, with the world's token or another one. */
import { vi } from "vitest";
import type { World } from "./world.ts";

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test asserts what it reads.
  body: any;
  headers: Headers;
}

/** The routes, with whichever world is current; once a test file, before any of them is imported. */
export async function operatorAt(current: () => World) {
  vi.doMock("@/lib/relay/context.ts", async (original) => ({
    ...(await original<typeof import("@/lib/relay/context.ts")>()),
    getContext: () => current().context,
  }));
  const [why, deliveries, one, health] = await Promise.all([
    import("@/app/api/why/route.ts"),
    import("@/app/api/deliveries/route.ts"),
    import("@/app/api/deliveries/[id]/route.ts"),
    import("@/app/api/health/route.ts"),
  ]);

  async function ask(method: "GET" | "POST", path: string, body?: unknown, token?: string | null): Promise<Answer> {
    const given = token === undefined ? (current().env.ADMIN_TOKEN ?? null) : token;
    const request = new Request(`http://relay.test/api/${path}`, {
      method,
      headers: given === null ? {} : { authorization: `Bearer ${given}` },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const response = await route(request);
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text), headers: response.headers };
  }
  function route(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/why") return why.GET(request);
    if (pathname === "/api/health") return health.GET(request);
    if (pathname === "/api/deliveries")
      return request.method === "GET" ? deliveries.GET(request) : deliveries.POST(request);
    return one.POST(request, { params: Promise.resolve({ id: pathname.slice("/api/deliveries/".length) }) });
  }

  return {
    ask,
    why: async (path: string) => (await ask("GET", `why?${new URLSearchParams({ path })}`)).body,
    list: async (state: string, more = "") => (await ask("GET", `deliveries?state=${state}${more}`)).body,
    act: (id: string, action: object) => ask("POST", `deliveries/${encodeURIComponent(id)}`, action),
    replay: async (filter: object, preview: boolean, after?: string) =>
      (
        await ask("POST", "deliveries", {
          action: "replay",
          filter,
          preview,
          ...(after === undefined ? {} : { after }),
        })
      ).body,
    health: async () => (await ask("GET", "health")).body,
  };
}
