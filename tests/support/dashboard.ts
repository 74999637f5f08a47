/** The built relay beside the sandbox, with an operator's login, and Chromium to look at its pages. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { buildOnce } from "@/lib/local/build-once.ts";
import { type Launched, launch } from "@/lib/local/launch.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../sandbox/server.ts";

export interface DashboardOptions {
  env?: Record<string, string>;
  sandbox?: SandboxOptions;
  /** In the folder before the relay starts. */
  before?: (sandbox: Sandbox) => void;
  /** Where a redis-server keeps its data, if there is one; without it Redis is in this process. */
  dataDir?: string;
  /** False: the webhook is still to be registered. */
  isRegistered?: boolean;
  /** While one works on the pages: Next's own server, which compiles as it goes. */
  dev?: boolean;
}

export type Dashboard = Awaited<ReturnType<typeof startDashboard>>;

export async function startDashboard(options: DashboardOptions = {}) {
  if (options.dev !== true) buildOnce(() => undefined);
  // What is there before the relay is older than it by an hour, without anybody having to wait.
  let agoMs = 3_600_000;
  const sandbox = await startSandbox({ now: () => Date.now() - agoMs, ...options.sandbox });
  options.before?.(sandbox);
  agoMs = 0;
  const adminToken = randomBytes(24).toString("hex");
  const relay: Launched = await launch({
    env: { ...sandbox.env, LOG_LEVEL: "silent", ADMIN_TOKEN: adminToken, ...options.env },
    port: 0,
    host: "127.0.0.1",
    dataDir: options.dataDir ?? null,
    dev: options.dev ?? false,
    log: () => undefined,
  });
  if (options.isRegistered !== false) {
    const registered = await sandbox.dropbox.register(`${relay.url}/api/dropbox/webhook`);
    if (!registered.ok) throw new Error(`the webhook was refused: ${registered.reason}`);
  }
  return {
    sandbox,
    relay,
    adminToken,
    /** The cookie of somebody who has logged in, as a form of the login page would. */
    async logIn(): Promise<string> {
      const response = await fetch(`${relay.url}/login`, {
        method: "POST",
        redirect: "manual",
        headers: { origin: relay.url, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ token: adminToken, next: "/" }),
      });
      const cookie = response.headers.get("set-cookie");
      if (response.status !== 303 || cookie === null) throw new Error(`the login answered ${response.status}`);
      return cookie.split(";")[0] ?? "";
    },
    async close() {
      await relay.close();
      await sandbox.close();
    },
  };
}

export async function startChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error("This needs Chromium: apt-get install chromium, or set CHROMIUM to its program");
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A browser of its own, logged in. */
export async function loggedIn(
  browser: Browser,
  dashboard: Dashboard,
  look: { width: number; height?: number; colorScheme?: "light" | "dark"; javaScriptEnabled?: boolean },
): Promise<BrowserContext> {
  const { width, height = 900, ...rest } = look;
  const context = await browser.newContext({ viewport: { width, height }, ...rest });
  const [name = "", value = ""] = (await dashboard.logIn()).split(/=(.*)/s);
  await context.addCookies([{ name, value, url: dashboard.relay.url }]);
  return context;
}
