/** The first page of who has deployed without all the variables: it names them, and nothing that is set. */
import { afterEach, expect, it, vi } from "vitest";
import { GET } from "@/app/login/route.ts";
import { ENV_NAMES } from "@/lib/env.ts";
import { anEnvironment, secret } from "../support/builders.ts";

afterEach(() => vi.unstubAllEnvs());

it("a secret is missing, another is there → 503, the missing one's name, no value; complete → the login", async () => {
  const token = secret();
  for (const name of ENV_NAMES) vi.stubEnv(name, undefined);
  const whole: Record<string, string | undefined> = { ...anEnvironment(), ADMIN_TOKEN: token };
  const { DROPBOX_APP_SECRET: _, ...rest } = whole;
  for (const [name, value] of Object.entries(rest)) vi.stubEnv(name, value);
  const asked = new Request("http://relay.test/login");
  const lacking = GET(asked);
  const page = await lacking.text();
  expect(lacking.status).toBe(503);
  expect(page).toContain("DROPBOX_APP_SECRET");
  for (const value of Object.values(rest))
    if (value !== undefined && value.length > 8) expect(page).not.toContain(value);
  vi.stubEnv("DROPBOX_APP_SECRET", whole.DROPBOX_APP_SECRET ?? secret());
  expect(GET(asked).status).toBe(200);
});
