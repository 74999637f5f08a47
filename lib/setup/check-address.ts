/** Whether the outside reaches us where we say: asked by the public address, as Dropbox and QStash ask. */
import { causeName } from "../core/silence.ts";
import type { SetupDeps } from "./deps.ts";

const TIMEOUT_MS = 10_000;
/** More than any answer of ours to these. */
const SHOWN_MAX = 2_000;
const DEPLOYMENT_PROTECTION =
  "Switch off the login in front of the production address: Vercel, Settings, Deployment Protection.";

type Asked = { kind: "answered"; status: number; text: string; isHtml: boolean } | { kind: "silent"; message: string };

async function ask({ fetch }: SetupDeps, url: string, init: RequestInit): Promise<Asked> {
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = (await response.text()).slice(0, SHOWN_MAX);
    const isHtml = response.headers.get("content-type")?.includes("html") ?? false;
    return { kind: "answered", status: response.status, text, isHtml };
  } catch (cause) {
    return { kind: "silent", message: causeName(cause) };
  }
}

export async function lookAtAddress(deps: SetupDeps) {
  const { publicBaseUrl } = deps.settings;
  const webhook = `${publicBaseUrl}/api/dropbox/webhook`;
  const challenge = deps.randomId();
  const asked = await ask(deps, `${webhook}?challenge=${challenge}`, {});
  if (asked.kind === "silent") {
    return {
      verdict: "bad" as const,
      found: `Nothing answers at ${publicBaseUrl}: ${asked.message}.`,
      todo: "Set PUBLIC_BASE_URL to the address under which Dropbox reaches this relay, and deploy.",
    };
  }
  if (asked.status !== 200 || asked.text !== challenge) {
    return {
      verdict: "bad" as const,
      found: `${webhook} did not answer the challenge but ${asked.status}${asked.isHtml ? ", a page of HTML" : ""}.`,
      todo: asked.isHtml || asked.status >= 300 ? DEPLOYMENT_PROTECTION : "Let this path reach the relay unchanged.",
    };
  }
  const copy = [{ label: "Webhook URI", value: webhook }];
  const link = { text: "Dropbox App Console", href: "https://www.dropbox.com/developers/apps" };
  if (publicBaseUrl.startsWith("https:")) {
    return { verdict: "ok" as const, found: `The challenge was answered at ${publicBaseUrl}.`, link, copy };
  }
  return {
    verdict: "warn" as const,
    found: `The challenge was answered at ${publicBaseUrl}, but Dropbox calls https addresses only.`,
    todo: "Put a reverse proxy or a tunnel in front, and set PUBLIC_BASE_URL to its https address.",
    copy,
  };
}

export async function lookAtWorker(deps: SetupDeps) {
  const worker = `${deps.settings.publicBaseUrl}/api/relay`;
  const asked = await ask(deps, worker, { method: "POST" });
  if (asked.kind === "silent") {
    return {
      verdict: "bad" as const,
      found: `${worker} does not answer: ${asked.message}.`,
      todo: "Mend the address.",
    };
  }
  if (asked.status === 401 && !asked.isHtml) {
    return { verdict: "ok" as const, found: "It is reached, and refuses a job that is not signed." };
  }
  return {
    verdict: "bad" as const,
    found: `A job without a signature was answered ${asked.status}${asked.isHtml ? " by a page of HTML" : ""}, not 401.`,
    todo: asked.isHtml ? DEPLOYMENT_PROTECTION : "Let this path reach the relay unchanged; its log has the reason.",
  };
}
