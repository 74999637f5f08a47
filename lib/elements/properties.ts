/** `/configuration`: every key as an object of its own, named by a number or by itself. */
import { type Answer, ok, refuse } from "./answer.ts";
import { changeInstance } from "./change-instance.ts";
import { configIdOf } from "./configuration-keys.ts";
import type { ElementsDeps } from "./deps.ts";
import { type Caller, type Found, findInstance } from "./find-instance.ts";
import { shownProperties } from "./from-instance.ts";
import type { Values } from "./schemas.ts";

export async function listProperties(id: string, caller: Caller, deps: ElementsDeps): Promise<Answer> {
  return ok(propertiesOf(await findInstance(id, caller, deps)), { "elements-element-instance-id": id });
}

export async function readProperty(id: string, configId: string, caller: Caller, deps: ElementsDeps): Promise<Answer> {
  return ok(propertyOf(await findInstance(id, caller, deps), configId), { "elements-element-instance-id": id });
}

export async function changeProperty(
  asked: { id: string; configId: string; value: Values[string] },
  caller: Caller,
  deps: ElementsDeps,
): Promise<Answer> {
  const { id, configId } = asked;
  const { key } = propertyOf(await findInstance(id, caller, deps), configId);
  await changeInstance({ id, body: { configuration: { [key]: asked.value } }, replaces: false }, caller, deps);
  return readProperty(id, `${configIdOf(key)}`, caller, deps);
}

const propertiesOf = ({ stored, secrets }: Found) => shownProperties(stored.instance, secrets);

const propertyOf = (found: Found, configId: string) =>
  propertiesOf(found).find(({ id, key }) => `${id}` === configId || key === configId) ??
  refuse(404, `No configuration found with id ${configId}`);
