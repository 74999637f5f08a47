/** The two services as tests call them: JSON in, JSON out, no port. */
import type { Dropbox } from "./dropbox.ts";
import type { FacebookRecords } from "./facebook-records.ts";

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

/** Both grants, as a form. */
export const postForm = async (
  service: { handle(request: Request): Promise<Response> },
  url: string,
  form: Record<string, string>,
) => read(await service.handle(new Request(url, { method: "POST", body: new URLSearchParams(form) })));
