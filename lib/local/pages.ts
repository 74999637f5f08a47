/** Next in this process, for everything but the hot routes. */
import type { RequestListener, Server } from "node:http";

/** Next once it is up. */
export interface App {
  answer: RequestListener;
  close(): Promise<unknown>;
}

export interface Pages {
  /** Begins Next where that has not been done; rejects when it does not come up. */
  begin(): Promise<RequestListener>;
  handle: RequestListener;
  close(): Promise<void>;
}

/**
 * `load` is called at the first request: a relay that nobody looks at starts sooner, and does without the 50 MB that Next
 * takes. Requests meanwhile wait for the same one. After a failure the next request tries again: what ends in a page must
 * not end deliveries, which do without it.
 */
export function createPages(load: () => Promise<App>, log: (line: object) => void): Pages {
  let begun: Promise<App> | null = null;

  function begin(): Promise<App> {
    if (begun !== null) return begun;
    const loading = load();
    begun = loading;
    loading.catch(() => {
      begun = null;
    });
    return loading;
  }

  return {
    begin: async () => (await begin()).answer,
    handle(request, response) {
      begin().then(
        ({ answer }) => answer(request, response),
        (cause: unknown) => {
          log({ event: "pages.failed", reason: cause instanceof Error ? cause.message : "unknown" });
          response.writeHead(503, { connection: "close" }).end();
        },
      );
    },
    async close() {
      const app = await begun?.catch(() => null); // the one who asked for it was told
      await app?.close();
    },
  };
}

export async function loadNext(options: { dev: boolean; host: string; port: number; server: Server }): Promise<App> {
  const { default: next } = await import("next");
  const { dev, host, port, server } = options;
  const app = next({ dev, dir: process.cwd(), hostname: host, port, httpServer: server });
  await app.prepare();
  const answer = app.getRequestHandler();
  return { answer: (request, response) => void answer(request, response), close: () => app.close() };
}
