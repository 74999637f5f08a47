/** What the rules that are being typed select of the files there are, and what a post of the newest of them would say. */
import type { Instance } from "../core/instance.ts";
import { notSelectedBy } from "../core/selection.ts";
import type { Preview } from "../destinations/page/preview.ts";
import { toInstance } from "../elements/to-instance.ts";
import type { Folders, FormDeps, FoundFile } from "./deps.ts";
import { FOLDER, nameIn, RULES } from "./fields.ts";
import { findInstance } from "./find.ts";
import { givenOf, type Section } from "./given.ts";

export interface PreviewView {
  /** The file it is of; null: there is none to try it on. */
  file: string | null;
  sentence: string;
  /** The post's text; null: none. */
  text: string | null;
}

export interface LookView {
  sentence: string;
  /** A few that are left out, each with its reason. */
  leftOut: { path: string; reason: string }[];
  /** By the destination's id. */
  previews: Record<string, PreviewView>;
  /** By the name of the field. */
  faults: Record<string, string>;
}

const EXAMPLES_MAX = 3;
/** So many of the newest files are tried until one becomes a post: captions lie beside their pictures, and are newer. */
const TRIED_MAX = 200;
const number = (n: number): string => n.toLocaleString("en-US");

/** Null: there is no such instance. */
export async function look(deps: FormDeps, id: string, fields: URLSearchParams): Promise<LookView | null> {
  const stored = await findInstance(deps, id);
  if (stored === null) return null;
  const { at, sections } = givenOf(fields);
  const keys = [FOLDER, ...RULES].map(({ key }) => key);
  const read = toInstance(Object.fromEntries(keys.map((key) => [key, at[key] ?? ""])));
  const pages = sections.filter(({ kind }) => kind === "page");
  const faults = Object.fromEntries(pages.flatMap((one) => messageFault(one, deps)));
  const nothing = (sentence: string): LookView => ({ sentence, leftOut: [], previews: {}, faults });
  if (read.kind === "faulty") {
    for (const fault of read.faults) faults[fault.split(": ")[0] ?? ""] = fault.split(": ").slice(1).join(": ");
    return nothing("Which files fit is shown once the marked fields are right.");
  }
  const { folder, rules } = read.settings;
  const folders = await deps.foldersOf(stored);
  const found = await folders.files(folder);
  if (!found.ok) return nothing(found.why);
  const { files, isCut } = found.value;
  const left = files.flatMap((file) => {
    const why = notSelectedBy(file, folder, rules);
    return why === null ? [] : [{ path: file.path, reason: why.reason }];
  });
  const leftPaths = new Set(left.map(({ path }) => path));
  const fitting = files.filter(({ path }) => !leftPaths.has(path));
  const newest = [...fitting].sort((one, other) => other.modified - one.modified).slice(0, TRIED_MAX);
  return {
    sentence: sentenceOf(fitting.length, files.length, isCut),
    leftOut: left.slice(0, EXAMPLES_MAX),
    previews: await previewsOf(deps, pages, newest, files, folders),
    faults,
  };
}

function sentenceOf(fitting: number, all: number, isCut: boolean): string {
  if (all === 0) return "There is no file in this folder yet.";
  const fit = fitting === 1 ? "fits" : "fit";
  if (isCut) return `${number(fitting)} of the first ${number(all)} files ${fit}; there are more.`;
  return `${number(fitting)} of ${number(all)} ${all === 1 ? "file" : "files"} ${fit}.`;
}

function messageFault({ id, at }: Section, deps: FormDeps): [string, string][] {
  const template = at["relay.page.message"] ?? "";
  const why = template === "" ? null : deps.whyNotMessage(template);
  return why === null ? [] : [[nameIn(id, "relay.page.message"), why]];
}

async function previewsOf(
  deps: FormDeps,
  pages: readonly Section[],
  newest: readonly FoundFile[],
  files: readonly FoundFile[],
  folders: Folders,
): Promise<Record<string, PreviewView>> {
  if (pages.length === 0) return {};
  const [first] = newest;
  if (first === undefined) {
    const none: PreviewView = { file: null, sentence: "There is no file yet to try this on.", text: null };
    return Object.fromEntries(pages.map(({ id }) => [id, none]));
  }
  const previews: Record<string, PreviewView> = {};
  for (const one of pages) {
    const destination = destinationOf(one);
    if (destination === null || messageFault(one, deps).length > 0) continue;
    const becomesPost = (file: FoundFile) => deps.preview(destination, { ...file, sidecar: null }).kind !== "nothing";
    const file = newest.find(becomesPost) ?? first;
    const sidecar = await folders.beside(file, files);
    previews[one.id] = { file: file.path, ...worded(deps.preview(destination, { ...file, sidecar })) };
  }
  return previews;
}

/** As far as it is typed: which Page it is makes no difference to the text. */
function destinationOf({ at }: Section): Extract<Instance["destinations"][number], { kind: "page" }> | null {
  const read = toInstance({ ...at, "relay.page.id": "1" });
  const [made] = read.kind === "read" ? read.settings.destinations : [];
  return made?.kind === "page" ? made : null;
}

const KINDS = {
  photo: "A photo",
  video: "A video",
  reel: "A reel",
  text: "A post of text",
  link: "A post with a link",
};

function worded(preview: Preview): Pick<PreviewView, "sentence" | "text"> {
  if (preview.kind === "nothing") return { sentence: `Nothing would be posted: ${preview.reason}.`, text: null };
  const what = KINDS[preview.kind];
  if (preview.message === null) return { sentence: `${what}, without any words.`, text: null };
  return { sentence: `${what}, with these words:`, text: preview.message };
}
