/** All that the page of the form shows. */
import type { Instance } from "../core/instance.ts";
import { browse, type Level } from "./browse.ts";
import type { FormDeps } from "./deps.ts";
import { findInstance, openAll } from "./find.ts";
import { type LookView, look } from "./look.ts";
import { type FormView, formView } from "./view.ts";

export interface FormPage {
  instance: Instance;
  view: FormView;
  /** What a form without a script asked for; null: nothing. */
  level: Level | null;
  look: LookView | null;
  /** Secrets that were just made, each with what it is for. */
  made: { label: string; value: string }[];
}

/** Null: there is no such instance. A draft that is over, or of another instance, is as good as none. */
export async function readForm(
  deps: FormDeps,
  id: string,
  asked: { draft: string | null; made: string | null },
): Promise<FormPage | null> {
  const stored = await findInstance(deps, id);
  if (stored === null) return null;
  const draftOf = async (draftId: string | null) => {
    const draft = draftId === null ? null : await deps.drafts.load(draftId);
    return draftId === null || draft?.instance !== id ? null : { id: draftId, draft };
  };
  const [kept, made, secrets] = await Promise.all([draftOf(asked.draft), draftOf(asked.made), openAll(deps, stored)]);
  const fields = new URLSearchParams(kept?.draft.fields ?? "");
  const { browse: at = null, look: isLooking = false } = kept?.draft ?? {};
  const [level, seen] = await Promise.all([
    at === null ? null : browse(deps, id, at),
    isLooking ? look(deps, id, fields) : null,
  ]);
  return { instance: stored.instance, view: formView(stored, secrets, kept), level, look: seen, made: madeIn(made) };
}

const MADE = "made:";

function madeIn(kept: { draft: { fields: string } } | null): FormPage["made"] {
  const named = [...new URLSearchParams(kept?.draft.fields ?? "")].filter(([name]) => name.startsWith(MADE));
  return named.map(([name, value]) => ({ label: `Signing secret of ${name.slice(MADE.length)}`, value }));
}
