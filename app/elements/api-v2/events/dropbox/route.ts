/** Where the older product had Dropbox's notifications come in: the same as our own webhook. */
import { GET as challenge, POST as notification } from "../../../../api/dropbox/webhook/route.ts";

export const GET = challenge;
export const POST = notification;
