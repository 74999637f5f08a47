/** An instance of a dashboard's relay, made as a person makes it: consent at the emulated Dropbox, then the form. */
import type { Dashboard } from "./dashboard.ts";

/** Answers its id. */
export async function makeInstance(dashboard: Dashboard, fields: Record<string, string>): Promise<string> {
  const { relay } = dashboard;
  const jar = new Map([(await dashboard.logIn()).split(/=(.*)/s).slice(0, 2) as [string, string]]);
  async function post(address: string, form: Record<string, string> | null): Promise<string> {
    const response = await fetch(new URL(address, relay.url), {
      method: form === null ? "GET" : "POST",
      redirect: "manual",
      headers: { origin: relay.url, cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === null ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`${address} answered ${response.status}`);
    return location;
  }
  const consent = await post("/connect/dropbox", {});
  const allowed = await post(consent, { answer: "allow" });
  const [, id = ""] = /^\/instances\/(\d+)\?did=connected$/.exec(await post(allowed, null)) ?? [];
  const saved = await post(`/instances/${id}/save`, { intent: "start", version: "1", ...fields });
  if (!saved.includes("did=started")) throw new Error(`the form was not taken: ${saved}`);
  return id;
}
