/** Plain pages as text, with everything that is put into them escaped. */

/** Text that is HTML already. */
export interface Html {
  html: string;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

type Part = Html | string | number | readonly Html[];

const partOf = (part: Part): string =>
  typeof part === "string" || typeof part === "number"
    ? escaped(String(part))
    : "html" in part
      ? part.html
      : part.map(({ html }) => html).join("");

/** Only what stands in the template itself, or comes from another one, is HTML. */
export const html = (fixed: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: fixed.reduce((text, next, n) => `${text}${partOf(parts[n - 1] ?? "")}${next}`),
});

/** The colours and measures of app/styles in short: these pages load nothing. */
const STYLE = [
  ":root{color-scheme:light dark;--g:#f5f6f8;--s:#fff;--l:#868f9c;--t:#14181f;--a:#1d4ed8;--o:#fff}",
  "@media(prefers-color-scheme:dark){:root{--g:#0e1116;--s:#161a21;--l:#6f7a89;--t:#e9ecf1;--a:#8fb2ff;--o:#0b1430}}",
  "*{box-sizing:border-box}body{margin:0 auto;max-width:42rem;padding:2.5rem 1rem;background:var(--g);color:var(--t);font:1rem/1.5 system-ui,sans-serif}",
  "h1{font-size:1.5rem;line-height:1.25}h2{margin:1.5rem 0 0;font-size:1.0625rem}p{overflow-wrap:anywhere}a{color:var(--a)}label{display:block;margin:1rem 0;font-weight:600}",
  "input,select{display:block;width:100%;min-height:2.5rem;margin-top:.25rem;padding:.4rem .7rem;border:1px solid var(--l);border-radius:.5rem;background:var(--s);color:inherit;font:inherit}",
  "input[type=checkbox],input[type=radio]{display:inline-block;width:auto;min-height:0;margin-right:.5rem}",
  "button{min-height:2.5rem;padding:.4rem 1rem;border:0;border-radius:.5rem;background:var(--a);color:var(--o);font:inherit;font-weight:600;cursor:pointer}",
  ":focus-visible{outline:3px solid var(--a);outline-offset:2px}",
].join("");

/** A whole page. No script runs on it, nothing is loaded, nobody frames it; its forms go home or to `formsTo`. */
export function pageResponse(
  title: string,
  body: Html,
  {
    status = 200,
    formsTo = [],
    headers = {},
  }: { status?: number; formsTo?: readonly string[]; headers?: Record<string, string> } = {},
): Response {
  const page = html`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><link rel="icon" href="/icon.svg" type="image/svg+xml"><style>${{ html: STYLE }}</style><main><h1>${title}</h1>${body}</main></html>`;
  const policy = `default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action ${["'self'", ...formsTo].join(" ")}; frame-ancestors 'none'; base-uri 'none'`;
  return new Response(page.html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      // Not "no-referrer": a browser then hides from us, too, which page a form was on.
      "referrer-policy": "same-origin",
      "cache-control": "no-store",
      ...headers,
    },
  });
}

export const redirectResponse = (to: string, headers: Record<string, string> = {}): Response =>
  new Response(null, {
    status: 303,
    headers: { location: to, "cache-control": "no-store", "referrer-policy": "no-referrer", ...headers },
  });
