/** A built Next application behind node:http and nothing else: floor (b), and the relay as its plain routes answer. */
import { createServer } from "node:http";
import next from "next";
import { serve } from "./child.ts";

const port = Number(process.env.BENCH_PORT);
const server = createServer((request, response) => void handle(request, response));
const app = next({ dev: false, dir: process.env.BENCH_APP ?? ".", hostname: "127.0.0.1", port, httpServer: server });
await app.prepare();
const handle = app.getRequestHandler();
await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
serve({ ready: () => ({ url: `http://127.0.0.1:${port}` }) });
