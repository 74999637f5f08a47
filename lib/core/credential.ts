/** A credential as a destination or source sees it: where it comes from and how it is renewed is not their business. */
export type TokenResult =
  | { kind: "token"; value: string }
  /** Nobody but a person can mend it; the message says how. */
  | { kind: "refused"; message: string }
  /** `at` (ms): whoever gives them is not to be asked again before. */
  | { kind: "unavailable"; message: string; at?: number };

export interface Credential {
  /** Names the credential in keys and logs; derived by hash, tells nothing of the secret. */
  readonly fingerprint: string;
  current(): Promise<TokenResult>;
  /** A token other than `failed`, renewed once for all who ask at the same time, stored before it is handed out. */
  renew(failed: string): Promise<TokenResult>;
}
