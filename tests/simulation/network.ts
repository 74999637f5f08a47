/**
 * Everything a relay process sends goes through here: each request has a fate, and its process may be killed before it is
 * sent or before its answer comes. What was sent stays under way when its sender dies, as on a real network.
 */
import type { EndLimit } from "./platform.ts";
import type { VirtualTime } from "./virtual-time.ts";

export type ServiceName = "redis" | "queue" | "dropbox" | "facebook";

/** How one request goes. Times are in ms from its sending. */
export type Fate =
  | { kind: "answered"; requestMs: number; answerMs: number }
  /** Nobody listens: it has no effect. */
  | { kind: "refused" }
  /** It has its effect, and the connection breaks before the answer. */
  | { kind: "lost"; requestMs: number; answerMs: number }
  /** It has its effect, and something on the way answers 500. */
  | { kind: "failedAfter"; requestMs: number; answerMs: number }
  /** It never arrives and is never answered. */
  | { kind: "silent" }
  /** It has its effect, whenever it arrives, and is never answered. */
  | { kind: "silentAfter"; requestMs: number }
  /** The network brings it twice; the second answer is the one that comes back. */
  | { kind: "twice"; requestMs: number; answerMs: number }
  | { kind: "killedBefore" }
  /** It has its effect; the process dies before the answer. */
  | { kind: "killedAfter"; requestMs: number };

export interface Effect {
  /** Counted from 1 over the whole run. */
  number: number;
  service: ServiceName;
  label: string;
}

export interface Sender {
  name: string;
  alive: boolean;
  kill(): void;
}

export interface Arrived {
  url: string;
  method: string;
  headers: Headers;
  body: string | Uint8Array<ArrayBuffer>;
}

export interface NetworkOptions {
  time: VirtualTime;
  services: Record<ServiceName, (request: Arrived) => Promise<Response>>;
  labelOf: (service: ServiceName, request: Arrived) => string;
  fateOf: (effect: Effect) => Fate;
  endLimit: EndLimit;
  trace: (line: string) => void;
}

export type Network = ReturnType<typeof createNetwork>;

export function createNetwork({ time, services, labelOf, fateOf, endLimit, trace }: NetworkOptions) {
  let sent = 0;

  function send(
    sender: Sender,
    service: ServiceName,
    request: Arrived,
    signal?: AbortSignal | null,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (!sender.alive) return; // the dead wait for ever
      sent += 1;
      const effect = { number: sent, service, label: labelOf(service, request) };
      const fate = fateOf(effect);
      const say = (what: string) => trace(`${sender.name} #${effect.number} ${service} ${effect.label} ${what}`);
      const settle = (run: () => void) => {
        if (sender.alive) run();
      };
      const broken = (code: string) => {
        say(`no answer (${code})`);
        settle(() =>
          reject(Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(code), { code }) })),
        );
      };
      signal?.addEventListener("abort", () => settle(() => reject(signal.reason)), { once: true });

      const act = async (then: (response: Response) => void) => {
        let response: Response;
        try {
          response = await services[service](request);
        } catch {
          // An emulator that was told to break the connection.
          return broken("ECONNRESET");
        }
        say(`${fate.kind === "answered" ? "" : `[${fate.kind}] `}→ ${response.status}`);
        then(response);
      };
      const answer = (response: Response, answerMs: number) =>
        time.after(answerMs, () =>
          settle(() => {
            endLimit(signal);
            resolve(response);
          }),
        );

      switch (fate.kind) {
        case "killedBefore":
          say("killed before it is sent");
          return sender.kill();
        case "refused":
          time.after(1, () => broken("ECONNREFUSED"));
          return;
        case "silent":
          return say("never arrives");
        case "answered":
          time.after(fate.requestMs, () => void act((response) => answer(response, fate.answerMs)));
          return;
        case "twice":
          time.after(fate.requestMs, () => {
            void act(() => undefined);
            time.after(1, () => void act((response) => answer(response, fate.answerMs)));
          });
          return;
        case "lost":
          time.after(fate.requestMs, () => void act(() => time.after(fate.answerMs, () => broken("ECONNRESET"))));
          return;
        case "failedAfter":
          time.after(
            fate.requestMs,
            () => void act(() => answer(Response.json({ error: "on purpose" }, { status: 500 }), fate.answerMs)),
          );
          return;
        case "silentAfter":
          time.after(fate.requestMs, () => {
            // Only who still waits for its answer reckons with a request that lands late; see the relay's README.
            if (sender.alive) void act(() => undefined);
          });
          return;
        case "killedAfter":
          time.after(
            fate.requestMs,
            () =>
              void act(() => {
                say("killed before the answer");
                sender.kill();
              }),
          );
      }
    });
  }

  return { send, sent: () => sent };
}
