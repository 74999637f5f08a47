/** Rounds of seeded chaos at several sites at once; each site lives on from round to round with all it has kept. */
import { afterAll, expect, it } from "vitest";
import { createFolder, type Folder } from "./folder.ts";
import { kindOf } from "./plan.ts";
import { calm, runRound } from "./round.ts";
import { closeSites, type Kind, openSite, type Site } from "./site.ts";

const number = (name: string, otherwise: number) => Number(process.env[name]?.trim() || otherwise);
const ROUNDS = number("CHAOS_ROUNDS", 20);
const SEED = number("CHAOS_SEED", Math.floor(Math.random() * 1_000_000) * 2);
/** Of each kind. They spend most of a round waiting for the claims of the dead. */
const SITES = 5;
/** One site's round, with its wait, is far shorter. */
const ROUND_MAX_MS = 240_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const seeds = Array.from({ length: ROUNDS }, (_, n) => SEED + n);
const places: { site: Site; folder: Folder }[] = [];
const failed: string[] = [];
let rounds = 0;
let kills = 0;

/** Takes rounds of its kind until there are none left; one that fails ends the site, not the others. */
async function work(kind: Kind, mine: number[]): Promise<void> {
  let place: { site: Site; folder: Folder } | null = null;
  for (let seed = mine.shift(); seed !== undefined; seed = mine.shift()) {
    try {
      place ??= await openPlace(kind);
      const done = await runRound(place.site, place.folder, seed);
      rounds += 1;
      kills += done.kills;
      const calmSeconds = (done.calmMs / 1000).toFixed(0);
      say(`seed ${seed}, ${kind}: ${done.steps} => ${done.kills} kills, all right ${calmSeconds} s after the last`);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : "unknown";
      failed.push(`seed ${seed}, ${kind}: ${reason}`);
      say(`seed ${seed}, ${kind}: FAILED: ${reason}\n${place?.site.lastWords() ?? ""}`);
      say(`this round again: CHAOS_SEED=${seed} CHAOS_ROUNDS=1 npm run test:chaos`);
      say(`all of them again: CHAOS_SEED=${SEED} CHAOS_ROUNDS=${ROUNDS} npm run test:chaos`);
      return;
    }
  }
}

async function openPlace(kind: Kind) {
  const site = await openSite(kind);
  const place = { site, folder: createFolder(site.sandbox) };
  places.push(place);
  return place;
}

it(
  `${ROUNDS} rounds of kills, cuts, trouble and shifted clocks → every file one record with its last content, nothing left`,
  async () => {
    const workers = (["together", "apart"] as const).flatMap((kind) => {
      const mine = seeds.filter((seed) => kindOf(seed) === kind);
      return Array.from({ length: Math.min(SITES, mine.length) }, () => work(kind, mine));
    });
    await Promise.all(workers);
    if (failed.length === 0) await Promise.all(places.map(({ site, folder }) => calm(site, folder)));
    const files = places.reduce((sum, { folder }) => sum + folder.count(), 0);
    const lost = places.reduce((sum, { folder }) => sum + folder.faults().length, 0);
    const doubled = places.reduce((sum, { site }) => sum + site.sandbox.facebook.doubles().length, 0);
    say(`${rounds} rounds, ${kills} kills, ${files} files, ${lost} lost, ${doubled} doubled`);
    expect(failed).toEqual([]);
    expect({ rounds, lost, doubled }).toEqual({ rounds: ROUNDS, lost: 0, doubled: 0 });
    expect(kills).toBeGreaterThanOrEqual(ROUNDS);
  },
  60_000 + ROUND_MAX_MS * ROUNDS,
);

afterAll(closeSites, 60_000);
