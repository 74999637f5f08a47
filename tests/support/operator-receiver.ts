/** The operator's address, at `/operator` of the emulated host: verifies every signature, and remembers what it took. */
import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import { createWorld, type World, type WorldOptions } from "./world.ts";

const TOLERANCE_SECONDS = 300;

const event = z.strictObject({
  specversion: z.literal("1.0"),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  time: z.iso.datetime(),
  datacontenttype: z.literal("application/json"),
  data: z.strictObject({
    instance: z.strictObject({ id: z.string(), name: z.string() }),
    side: z.string().optional(),
    destination: z.string().optional(),
    count: z.number().optional(),
    message: z.string(),
  }),
});

/** A world whose operator is told of troubles; other requests to the host are the receiver of events'. */
export async function worldWithOperator(options: WorldOptions = {}) {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const taken: z.infer<typeof event>[] = [];
  const bodies: string[] = [];
  let status = 204;
  let asked = 0;
  let unsigned = 0;
  let world: World | null = null;

  async function take(request: Request): Promise<Response> {
    asked += 1;
    if (status === 0) throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
    if (status >= 300) return new Response("refused on purpose", { status });
    const body = await request.text();
    const id = request.headers.get("webhook-id") ?? "";
    const seconds = Number(request.headers.get("webhook-timestamp"));
    const isLate = !(Math.abs((world?.now() ?? 0) / 1000 - seconds) <= TOLERANCE_SECONDS);
    const expected = new Webhook(secret).sign(id, new Date(seconds * 1000), body);
    const one = event.parse(JSON.parse(body));
    if (isLate || request.headers.get("webhook-signature") !== expected || one.id !== id) {
      unsigned += 1;
      return new Response(null, { status: 401 });
    }
    bodies.push(body);
    taken.push(one);
    return new Response(null, { status });
  }

  world = await createWorld({
    ...options,
    env: {
      OPERATOR_CALLBACK_URL: "https://receiver.example.org/operator",
      OPERATOR_CALLBACK_SECRET: secret,
      ...options.env,
    },
    receive: async (request) => {
      if (new URL(request.url).pathname === "/operator") return take(request);
      return world === null ? new Response(null, { status: 503 }) : world.receiver.handle(request);
    },
  });
  const operator = {
    secret,
    /** Every event that was taken, repeats among them. */
    taken: (): readonly z.infer<typeof event>[] => taken,
    types: () => taken.map(({ type }) => type),
    bodies: (): readonly string[] => bodies,
    asked: () => asked,
    unsigned: () => unsigned,
    /** What it answers from now on; 0: nothing. */
    answers(another: number): void {
      status = another;
    },
  };
  return { world, operator };
}
