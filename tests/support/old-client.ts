/**
 * A client as it was written for Cloud Elements: their paths, header and JSON. Only host and secrets are given; nothing in
 * here knows of the relay.
 */
export interface OldClientOptions {
  /** Scheme and host. */
  host: string;
  userSecret: string;
  orgSecret: string;
  fetch: (request: Request) => Promise<Response>;
}

export interface Got {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a client of that time did not check what it read
  body: any;
}

export function createOldClient({ host, userSecret, orgSecret, fetch }: OldClientOptions) {
  async function call(method: string, path: string, authorization: string, body?: unknown): Promise<Got> {
    const response = await fetch(
      new Request(`${host}/elements/api-v2${path}`, {
        method,
        headers: {
          authorization,
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
  }
  const platform = `User ${userSecret}, Organization ${orgSecret}`;
  return {
    asPlatform: (method: string, path: string, body?: unknown) => call(method, path, platform, body),
    asInstance: (token: string, method: string, path: string, body?: unknown) =>
      call(method, path, `User ${userSecret}, Element ${token}`, body),
    as: call,
  };
}
export type OldClient = ReturnType<typeof createOldClient>;
