/** How a call to Dropbox ended. Nothing here throws or retries: the caller sees the ending and decides. */

export type DropboxErrorKind =
  /** 401: a fresh access token mends it. */
  | "expiredToken"
  /** 401: revoked or unknown token, or a 401 that does not say why; worth one renewal. */
  | "invalidToken"
  | "missingScope"
  /** 403, or a 401 that no new token mends (suspended user, route not allowed). */
  | "forbidden"
  | "rateLimited"
  /** 409: the cursor is dead, the folder must be listed anew. */
  | "reset"
  | "pathNotFound"
  /** 409: any other trouble with the path. */
  | "path"
  /** 409 with any other or no readable tag. */
  | "conflict"
  | "badRequest"
  | "server"
  | "network"
  /** Our time limit, or the caller's signal. */
  | "timeout"
  /** An answer outside the protocol: redirect, broken JSON, missing fields. */
  | "invalidAnswer"
  | "tooLarge";

export interface DropboxError {
  kind: DropboxErrorKind;
  /** HTTP status; null when there was no answer. */
  status: number | null;
  /** The chain read from `.tag`, for example ["path", "not_found"]; empty when the body had none. */
  tag: string[];
  /** The wait Dropbox asked for, capped at a day; null when it named none. */
  retryAfterMs: number | null;
  requestId: string | null;
  /** For logs; never holds a token or a link. */
  message: string;
}

export type DropboxResult<T> = { ok: true; data: T } | { ok: false; error: DropboxError };
