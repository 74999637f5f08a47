/**
 * The default way to a destination, in the shape of fetch. Node's own fetch gives up when no response head came
 * within 5 minutes, before `Upstash-Timeout` may be over, and adds browser headers that QStash does not send.
 */

import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Readable } from "node:stream";

export interface DeliveryRequest {
  method: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer> | null;
  /** Redirects are never followed. */
  redirect: "manual";
  signal: AbortSignal;
}

/** `fetch` itself is one. Rejects when there is no response. */
export type SendDelivery = (address: string, request: DeliveryRequest) => Promise<Response>;

/** Statuses for which Response accepts no body. */
const BODILESS = new Set([204, 205, 304]);

export const loopbackFetch: SendDelivery = (address, { method, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    const request = address.startsWith("https:") ? requestHttps : requestHttp;
    // A connection of its own: a kept one may have been closed by a worker that restarted.
    const outgoing = request(address, { method, headers, signal, agent: false }, (incoming) => {
      incoming.on("error", () => {});
      try {
        const status = incoming.statusCode ?? 0;
        const received = new Headers();
        for (const [name, value] of Object.entries(incoming.headers)) {
          for (const one of [value ?? []].flat()) received.append(name, one);
        }
        if (BODILESS.has(status)) incoming.resume();
        const content = BODILESS.has(status) ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
        resolve(new Response(content, { status, headers: received }));
      } catch (error) {
        outgoing.destroy();
        reject(error);
      }
    });
    outgoing.on("error", reject);
    outgoing.end(body ?? undefined);
  });
