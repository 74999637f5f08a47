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

const STYLE =
  "body{font-family:system-ui,sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem}label{display:block;margin:1rem 0}input,select{display:block;font:inherit;padding:.3rem;width:100%;box-sizing:border-box}button{font:inherit;padding:.3rem 1rem}";

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
  const page = html`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${{ html: STYLE }}</style><h1>${title}</h1>${body}</html>`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; form-action ${["'self'", ...formsTo].join(" ")}; frame-ancestors 'none'; base-uri 'none'`;
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
