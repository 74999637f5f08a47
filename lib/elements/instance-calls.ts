/** The short calls about one instance. */
import { type Answer, ok, refuse } from "./answer.ts";
import type { ElementsDeps } from "./deps.ts";
import { type Caller, findInstance, openAll, shown, storedOf } from "./find-instance.ts";

export const readInstance = async (id: string, caller: Caller, deps: ElementsDeps): Promise<Answer> =>
  shown(await findInstance(id, caller, deps));

/** A pause is the operator's: it does not end by this. Whoever enables says that the callback is well, also of an enabled one. */
export async function enable(id: string, isOn: boolean, caller: Caller, deps: ElementsDeps): Promise<Answer> {
  const found = await findInstance(id, caller, deps);
  const isDisabled = found.stored.instance.status === "disabled";
  if (!isOn && isDisabled) return shown(found);
  const isAwake = isOn && !isDisabled;
  const { instances } = deps;
  const stored = storedOf(await (isAwake ? instances.wake(id) : instances.setStatus(id, isOn ? "active" : "disabled")));
  return shown({ stored, secrets: await openAll(deps.instances, stored) });
}

/** The token goes first: while the rest is done it opens nothing any more. */
export async function deleteInstance(id: string, caller: Caller, deps: ElementsDeps): Promise<Answer> {
  await findInstance(id, caller, deps);
  await deps.tokens.revoke(id);
  if (!(await deps.instances.remove(id))) refuse(409, "The instance is changed by others all the time");
  return ok({});
}

export async function renewToken(id: string, caller: Caller, deps: ElementsDeps): Promise<Answer> {
  await findInstance(id, caller, deps);
  return ok({ id: Number(id), token: await deps.tokens.issue(id) }, { "elements-element-instance-id": id });
}
