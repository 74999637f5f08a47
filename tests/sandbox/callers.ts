/** The services as tests call them: JSON in, JSON out, no port. */
import type { Dropbox } from "./dropbox.ts";
import type { FacebookRecords } from "./facebook-records.ts";
import type { FacebookGraph } from "./graph-api.ts";

export interface Answered {
  status: number;
  headers: Headers;
  /** The parsed body, or its text where it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every form
  body: any;
}

async function read(response: Response): Promise<Answered> {
  const text = await response.text();
  try {
    return { status: response.status, headers: response.headers, body: JSON.parse(text) };
  } catch {
    return { status: response.status, headers: response.headers, body: text };
  }
}

export const dropboxCaller =
  (dropbox: Dropbox, token = dropbox.accessToken) =>
  async (route: string, argument: unknown): Promise<Answered> =>
    read(
      await dropbox.handle(
        new Request(`https://api.test/2/${route}`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify(argument),
        }),
      ),
    );

export const recordsCaller =
  (facebook: FacebookRecords) =>
  async (
    method: string,
    path = "",
    body?: unknown,
    more: { token?: string; key?: string; signal?: AbortSignal } = {},
  ) =>
    read(
      await facebook.handle(
        new Request(`https://facebook.test/v1/records${path}`, {
          method,
          headers: {
            authorization: `Bearer ${more.token ?? facebook.token()}`,
            ...(more.key === undefined ? {} : { "idempotency-key": more.key }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          ...(more.signal === undefined ? {} : { signal: more.signal }),
        }),
      ),
    );

/** A form of texts and files goes as it is, anything else as JSON; with GET, into the query. */
export const graphCaller =
  (graph: FacebookGraph, host = "https://graph.test") =>
  async (
    method: "GET" | "POST" | "DELETE",
    path: string,
    given: FormData | URLSearchParams | Record<string, unknown> = {},
    more: { token?: string; headers?: Record<string, string>; body?: BodyInit; signal?: AbortSignal } = {},
  ) => {
    const isForm = given instanceof FormData || given instanceof URLSearchParams;
    const texts = isForm ? [] : Object.entries(given).map(([name, value]) => [name, String(value)]);
    const query = method === "POST" || texts.length === 0 ? "" : `?${new URLSearchParams(texts)}`;
    const body = more.body ?? (method !== "POST" ? undefined : isForm ? given : JSON.stringify(given));
    const type: Record<string, string> =
      isForm || more.body !== undefined ? {} : { "content-type": "application/json" };
    const authorization = `Bearer ${more.token ?? graph.tokens.current("page")}`;
    return read(
      await graph.handle(
        new Request(path.startsWith("https:") ? path : `${host}/v26.0/${path}${query}`, {
          method,
          headers: { authorization, ...type, ...more.headers },
          ...(body === undefined ? {} : { body }),
          ...(more.signal === undefined ? {} : { signal: more.signal }),
        }),
      ),
    );
  };

/** Both grants, as a form. */
export const postForm = async (
  service: { handle(request: Request): Promise<Response> },
  url: string,
  form: Record<string, string>,
) => read(await service.handle(new Request(url, { method: "POST", body: new URLSearchParams(form) })));
