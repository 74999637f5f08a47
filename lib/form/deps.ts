/** What the form of an instance needs, as types: the narrow side of each service. `build-form.ts` of the relay builds them. */
import type { DestinationSettings } from "../core/instance.ts";
import type { Preview, PreviewedFile } from "../destinations/page/preview.ts";
import type { Checks } from "../elements/checks.ts";
import type { Instances } from "../instances/manage.ts";
import type { FormDrafts } from "../store/form-drafts.ts";
import type { StoredInstance } from "../store/instance-store.ts";

export interface FoundFile {
  name: string;
  path: string;
  size: number;
  /** Milliseconds. */
  modified: number;
}

/** Why Dropbox showed nothing, in words for a person. */
export type Asked<T> = { ok: true; value: T } | { ok: false; why: string };

/** The instance's own account. */
export interface Folders {
  /** The folders right below this one, by name: one request. `isCut`: there are more than one answer holds. */
  below(path: string): Promise<Asked<{ names: string[]; isCut: boolean }>>;
  /** The files below this folder, up to `FILES_MAX`. */
  files(path: string): Promise<Asked<{ files: FoundFile[]; isCut: boolean }>>;
  /** The text file beside this one, if it is among `files`; null also when it cannot be read. */
  beside(file: FoundFile, files: readonly FoundFile[]): Promise<PreviewedFile["sidecar"]>;
}

/** What a callback answered to a test: its status alone, or why there is none. */
export type Tested =
  | { kind: "answered"; status: number }
  | { kind: "silent" }
  /** It has no secret to sign by, so that nothing is ever sent. */
  | { kind: "unsigned" };

export interface FormDeps extends Checks {
  instances: Pick<Instances, "get" | "page" | "change" | "setStatus" | "wake" | "remove" | "secretsOf">;
  drafts: FormDrafts;
  foldersOf: (stored: StoredInstance) => Promise<Folders>;
  preview: (destination: Extract<DestinationSettings, { kind: "page" }>, file: PreviewedFile) => Preview;
  /** Signs and sends one event that stands for no file. */
  test: (stored: StoredInstance, destination: string) => Promise<Tested>;
  revokeToken: (instance: string) => Promise<void>;
  newSecret: () => string;
  now: () => number;
  hasFacebook: boolean;
}
