/** The sandbox's page as one self-contained document: nothing is loaded from anywhere else, and the policy says so. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const part = (name: string): string => readFileSync(new URL(`./page/${name}`, import.meta.url), "utf8");
const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

export function createPage(): () => Response {
  const style = part("page.css") + part("timeline.css");
  const script = part("timeline.js") + part("page.js");
  // Functions as replacements: a dollar sign in the parts is no pattern.
  const html = part("page.html")
    .replace("/* style */", () => style)
    .replace("/* script */", () => script);
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; connect-src 'self'; img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };
  return () => new Response(html, { headers });
}
