/** Floor (a): node:http that reads the body, compares Dropbox's HMAC and answers. Nothing is enqueued. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "./child.ts";

const secret = process.env.DROPBOX_APP_SECRET ?? "";
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const given = Buffer.from(String(request.headers["x-dropbox-signature"]), "hex");
    const expected = createHmac("sha256", secret).update(Buffer.concat(chunks)).digest();
    response.writeHead(given.length === expected.length && timingSafeEqual(given, expected) ? 200 : 403).end();
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
serve({ ready: () => ({ url: `http://127.0.0.1:${port}` }) });
