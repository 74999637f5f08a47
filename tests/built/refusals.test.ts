import { createHmac } from "node:crypto";
import { expect } from "vitest";
import { test } from "./scenario.ts";

test("wrong method, content, challenge or signature → a status each, and no request to either side", async ({
  begin,
}) => {
  const { sandbox, relay, ...scenario } = await begin();
  await scenario.firstListing();
  const asked = () => ({ dropbox: sandbox.dropbox.requests(), facebook: sandbox.facebook.requests() });
  const before = asked();
  const webhook = `${relay.url}/api/dropbox/webhook`;
  const worker = `${relay.url}/api/relay`;
  const body = JSON.stringify({ list_folder: { accounts: [sandbox.dropbox.accountId] } });
  const sign = (content: string) => createHmac("sha256", sandbox.dropbox.appSecret).update(content).digest("hex");
  const send = async (url: string, method: string, headers: Record<string, string> = {}, content = body) => {
    const response = await fetch(url, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(method === "GET" ? {} : { body: content }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const signed = (signature: string) => ({ "x-dropbox-signature": signature });

  for (const method of ["PUT", "PATCH", "DELETE"]) expect(await send(webhook, method, signed(sign(body)))).toBe(405);
  expect(await send(webhook, "GET")).toBe(400);
  expect(await send(`${webhook}?challenge=`, "GET")).toBe(400);
  expect(await send(`${webhook}?challenge=${"c".repeat(1025)}`, "GET")).toBe(400);

  expect(await send(webhook, "POST")).toBe(403);
  for (const forged of ["", "0".repeat(64), sign(body).slice(1), `${sign(body)}00`, "%C3%A9"]) {
    expect(await send(webhook, "POST", signed(forged))).toBe(403);
  }
  expect(await send(webhook, "POST", signed(sign(body)), `${body} `)).toBe(403);
  expect(await send(webhook, "POST", signed(sign("\0{")), "\0{")).toBe(400);
  expect(await send(webhook, "POST", signed(sign(body)), "x".repeat(5_000_000))).toBe(413);
  expect(await send(webhook, "POST", { "content-type": "text/html" })).toBe(415);

  expect(await send(worker, "POST")).toBe(401);
  expect(await send(worker, "POST", { "upstash-signature": "a.b.c" }, '{"job":"sweep"}')).toBe(401);
  expect(await send(worker, "GET")).toBe(401);
  expect(await send(worker, "PUT")).toBe(405);
  expect(await send(`${worker}/failure`, "POST")).toBe(401);
  expect(asked()).toEqual(before);

  for (const path of ["files", "api/deliveries", "elements/api-v2/instances"])
    expect(await send(`${relay.url}/${path}/%ED%A0%80`, "GET"), path).toBe(400);

  const echoed = await fetch(`${webhook}?challenge=${encodeURIComponent("<b>é</b>")}`);
  expect(await echoed.text()).toBe("<b>é</b>");
  expect(echoed.headers.get("content-type")).toMatch(/^text\/plain/);
  expect(echoed.headers.get("x-content-type-options")).toBe("nosniff");
});

test("the framework's image optimizer, asked for a route of ours with a line break → not there, nothing of it in the log", async ({
  begin,
}) => {
  const { relay, ...scenario } = await begin();
  const forged = encodeURIComponent('/api/relay\n{"level":30,"msg":"forged"}');
  for (const url of [forged, "%2Fapi%2Frelay", "%2Ficon.svg", "https%3A%2F%2Fexample.com%2Fa.png"]) {
    const response = await fetch(`${relay.url}/_next/image?url=${url}&w=64&q=75`);
    await response.arrayBuffer();
    expect(response.status, url).toBe(404);
  }
  await relay.end();
  expect(scenario.output()).not.toContain("forged");
  expect(scenario.output()).not.toContain("image");
});
