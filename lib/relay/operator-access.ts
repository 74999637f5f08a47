/** Who may ask and act: whoever shows ADMIN_TOKEN. Decided before anything is read, and without any I/O. */
import type { Incoming } from "../core/incoming.ts";
import { isSameSecret } from "../core/same-secret.ts";

const PRIVATE = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** An answer for one person's eyes. */
export const privately = (body: object, status = 200): Response => Response.json(body, { status, headers: PRIVATE });

/** The refusal; null for whoever may. */
export function refusal(adminToken: string | null, request: Pick<Incoming, "headers">): Response | null {
  if (adminToken === null) return privately({ message: "set ADMIN_TOKEN to ask and act" }, 503);
  const given = request.headers.get("authorization");
  if (given !== null && isSameSecret(given, `Bearer ${adminToken}`)) return null;
  return new Response(null, { status: 401, headers: PRIVATE });
}
