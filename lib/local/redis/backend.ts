/** A reply as Redis gives it: status and bulk strings are told apart, because the REST protocol encodes only the latter. */
export type Reply = null | number | Buffer | { status: string } | { error: string } | Reply[];

/** What the local servers need of a Redis, whether it is the in-process engine or a real redis-server. */
export interface RedisBackend {
  /** Runs one command (name first). Never rejects for a command error: that is an `{ error }` reply. Rejects when the server is gone. */
  command(args: readonly (string | Buffer)[]): Promise<Reply>;
  /** Runs all in one MULTI; an `{ error }` as a whole when the transaction was discarded. */
  transaction(commands: readonly (readonly (string | Buffer)[])[]): Promise<Reply>;
  /** True when what it holds survives a crash of this process. */
  readonly durable: boolean;
  /** Commands as Upstash bills them: a script counts one and one more for each command it calls. */
  billedCommands(): Promise<number>;
  close(): Promise<void>;
}
