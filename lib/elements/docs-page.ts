/** The document as a page to read: all of it in one piece, with no script and nothing that is loaded. */
import { type Html, html, pageResponse } from "../core/html.ts";
import { KEYS } from "./configuration-keys.ts";
import type { OpenApi, Operation } from "./openapi.ts";

export function docsPage({ info, servers, paths }: OpenApi): Response {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  const keys = KEYS.map(
    ({ key, name, type, description = "" }) =>
      html`<tr><td><code>${key}</code></td><td>${name}${description === "" ? "" : `: ${description}`}</td><td>${type}</td></tr>`,
  );
  return pageResponse(
    String(info.title),
    html`<p>${String(info.description)}</p>
<p>Under <code>${servers[0]?.url ?? ""}</code>, with the header <code>Authorization: User &lt;secret&gt;, Organization &lt;secret&gt;</code>; of one instance alone <code>User &lt;secret&gt;, Element &lt;token&gt;</code>. For programs: <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
${operations.map(({ name, operation }) => oneOf(name, operation))}
<h2>Configuration</h2><p>Values are texts. Secrets come back as ********, and ******** leaves one as it is.</p><table>${keys}</table>`,
  );
}

function oneOf(name: string, { summary, requestBody, responses }: Operation): Html {
  const asked = exampleOf(requestBody);
  const answered = exampleOf(responses["200"]);
  return html`<h2><code>${name}</code></h2><p>${summary}.</p>${asked === null ? html`` : html`<details><summary>Send</summary><pre>${asked}</pre></details>`}${answered === null ? html`` : html`<details><summary>Answer</summary><pre>${answered}</pre></details>`}`;
}

/** As it stands in the document: the page says nothing else. */
function exampleOf(part: unknown): string | null {
  const media = inside(inside(part, "content"), "application/json");
  const example = inside(media, "example");
  return example === undefined ? null : JSON.stringify(example, null, 2);
}

const inside = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && name in value
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
