/** What a relay may look like: nothing yet, a busy day with troubles, a refused key. */
import { pictureOf } from "../sandbox/picture.ts";
import type { Sandbox } from "../sandbox/server.ts";
import type { Dashboard } from "./dashboard.ts";

export const OLD_FILE = "/Photos/2019/from before the relay.jpg";
export const LONG_NAME = `/Photos/Summer fair/A very long name that somebody typed on a phone while walking ${"and walking ".repeat(8)}home.jpg`;
export const BROKEN_FILE = "/Members/broken.json";

/** Rules that leave something out. */
export const SCENE_ENV = { EXCLUDE: "**/*.psd" };

export const beforeScene = ({ dropbox }: Sandbox): void => void dropbox.files.addFile(OLD_FILE, "old");

async function until(done: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Delivered ones, one that is refused, one that is left out, and two that wait for a pause to end. */
export async function busyDay({ sandbox, relay }: Dashboard): Promise<void> {
  const { files } = sandbox.dropbox;
  const before = sandbox.facebook.records().length;
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) files.addFile(`/Photos/Harbour walk/View ${n}.jpg`, pictureOf(n));
  files.addFile(LONG_NAME, "long");
  files.addFile("/Members/ann.json", JSON.stringify({ name: "Ann", email: "ann@example.com", amount: 12 }));
  files.addFile("/Posters/draft.psd", "layers");
  await until(() => sandbox.facebook.records().length === before + 10, "ten records");
  files.addFile(BROKEN_FILE, JSON.stringify({ name: "Bob", email: "not an address" }));
  await until(() => relay.local?.idle() ?? true, "the refused file");
  sandbox.facebook.fail({ route: "GET /v1/records", status: 429, retryAfter: 900, count: 1 });
  files.addFile("/Photos/Harbour walk/View 9.jpg", pictureOf(9));
  files.addFile("/Photos/Harbour walk/View 10.jpg", pictureOf(10));
  await until(() => sandbox.facebook.requests() > 0 && (relay.local?.idle() ?? true), "the pause");
}
