/** The operator's browser against the built server: log in, connect a folder through the emulated consent page, pause. */
import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { test } from "./scenario.ts";

test("a folder connected in the browser → its files are delivered, beside those of the environment's folder", async ({
  begin,
}) => {
  const token = randomBytes(24).toString("base64url");
  const scenario = await begin({ env: { ADMIN_TOKEN: token, INCLUDE: "inbox/**" } });
  const { sandbox, relay } = scenario;
  await scenario.firstListing();
  sandbox.dropbox.files.addFolder("/photos");
  const jar = new Map<string, string>();
  const send = async (address: string, form?: Record<string, string>) => {
    const response = await fetch(new URL(address, relay.url), {
      method: form === undefined ? "GET" : "POST",
      redirect: "manual",
      headers: { origin: relay.url, cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    return { status: response.status, location: response.headers.get("location") ?? "", text: await response.text() };
  };

  expect(await send("/instances")).toMatchObject({ status: 307, location: "/login?next=%2Finstances" });
  expect((await send("/login", { token: "wrong" })).status).toBe(401);
  expect((await send("/login", { token })).status).toBe(303);
  expect((await send("/connect/dropbox")).text).toContain("files.content.read");

  const asked = await send("/connect/dropbox", {});
  const allowed = await fetch(asked.location, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ answer: "allow" }),
  });
  const made = await send(allowed.headers.get("location") ?? "");
  expect(made).toMatchObject({ status: 303, location: expect.stringMatching(/^\/instances\/\d+\?did=connected$/) });
  const at = made.location.split("?")[0] ?? "";
  const form = { name: "Photos", "relay.folder": "/photos", "relay.environment": "on", version: "1", intent: "start" };
  expect(await send(`${at}/save`, form)).toMatchObject({ status: 303, location: `${at}?did=started` });
  expect((await send("/instances")).text).toMatch(/Photos.*Active/s);

  sandbox.dropbox.files.addFile("/photos/a.jpg", "x");
  sandbox.dropbox.files.addFile("/inbox/b.jpg", "x");
  await scenario.recordsReach(2, 30_000);
  expect(
    sandbox.facebook
      .records()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["a.jpg", "b.jpg"]);
  expect((await send("/logout", {})).status).toBe(303);
  expect((await send("/instances")).status).toBe(307);
  for (const hidden of [token, asked.location]) expect(scenario.output()).not.toContain(hidden);
});
