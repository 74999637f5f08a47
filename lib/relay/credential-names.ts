/** The names under which credentials keep their renewed tokens and their holds. */
import { type Instance, SOURCE } from "../core/instance.ts";
import type { Secrets } from "../store/vault.ts";
import { fingerprintOf } from "./credential.ts";

export const dropboxName = (token: string): string => fingerprintOf("dropbox", token);

export const recordsName = (url: string, token: string): string => fingerprintOf("records", `${url}\n${token}`);

/** With the app's secret: a token that was derived without the proof of it may be refused with it. */
export const pageName = (pageId: string, token: string, appSecret: string | undefined): string =>
  fingerprintOf("page", `${pageId}\n${token}\n${appSecret ?? ""}`);

/** Of an instance's callback: its own, so that who enables one wakes no other's. */
export const endpointName = ({ id, calledSince }: Pick<Instance, "id" | "calledSince">, url: string): string =>
  fingerprintOf("callback", [id, url, ...(calledSince === 0 ? [] : [`${calledSince}`])].join("\n"));

/** Of all callbacks of an instance. */
export const endpointNames = (instance: Instance): string[] =>
  instance.destinations.flatMap((one) => (one.kind === "callback" ? [endpointName(instance, one.url)] : []));

/** Of one side of an instance; null where it has none of its own. */
export function storedName(
  instance: Instance,
  side: string,
  secrets: Secrets,
  appSecret: string | undefined,
): string | null {
  if (side === SOURCE) return dropboxName(secrets.refreshToken ?? secrets.accessToken ?? "");
  const destination = instance.destinations.find(({ id }) => id === side);
  if (destination?.kind === "page") return pageName(destination.pageId, secrets.token ?? "", appSecret);
  return destination?.kind === "records" ? recordsName(destination.url, secrets.token ?? "") : null;
}
