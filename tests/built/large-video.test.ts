/**
 * A video much larger than the memory the relay may take. `VIDEO_BYTES=1000000000` measures the promised gigabyte,
 * `VIDEO_PIECE_BYTES` what Facebook asks for at a time; neither emulator holds more than a piece.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { blocksOf } from "../sandbox/dropbox-content.ts";
import { test } from "./scenario.ts";
import { until } from "./until.ts";

const BYTES = Number(process.env.VIDEO_BYTES ?? 200_000_000);
const PIECE_BYTES = Number(process.env.VIDEO_PIECE_BYTES ?? 8 * 1024 * 1024);
/** All the server may take, whatever the size of the video. */
const PEAK_MAX_MB = 200;
/** Of that, what a video may take beyond an idle server: more would grow with its size. */
const GROWTH_MAX_MB = 80;

/** From now on the kernel counts the peak anew: the start of a server, with all its compiling, is another matter. */
const forgetPeak = (pid: number) => writeFileSync(`/proc/${pid}/clear_refs`, "5");

/** The most this process had in memory since then, as the kernel says. */
function peakMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

describe.runIf(process.platform === "linux")("the built server and a large video", () => {
  test("sent in pieces → whole on the Page, below 200 MB, and hardly more than at rest", async ({ begin }) => {
    const scenario = await begin({
      sandbox: { destination: "page", pageManners: { chunkMaxBytes: PIECE_BYTES, keepsVideos: false } },
      env: { PAGE_POSTS_PER_DAY: "0" },
    });
    const { sandbox, relay } = scenario;
    await scenario.firstListing();
    forgetPeak(relay.pid);
    const before = peakMb(relay.pid);
    const began = Date.now();
    sandbox.dropbox.files.addFile("/inbox/large.mp4", { size: BYTES });
    const finished = () => sandbox.graph.videos().filter(({ finishedAt }) => finishedAt !== null);
    const state = () => `${sandbox.graph.videos()[0]?.received} of ${BYTES} bytes, ${relay.output().slice(-2000)}`;
    await until("the video published", () => finished().length > 0, 60_000 + BYTES / 3000, state, 100);
    const seconds = (Date.now() - began) / 1000;
    const peak = peakMb(relay.pid);
    process.stdout.write(
      `${BYTES} bytes in pieces of up to ${PIECE_BYTES}: ${seconds} s, peak ${peak.toFixed(0)} MB, before ${before.toFixed(0)} MB\n`,
    );
    expect(peak).toBeLessThan(PEAK_MAX_MB);
    expect(peak - before).toBeLessThan(GROWTH_MAX_MB);
    const whole = createHash("sha256");
    const node = sandbox.dropbox.files.at("/inbox/large.mp4");
    if (node?.tag !== "file") throw new Error("the file has gone");
    for (const block of blocksOf(node.content)) whole.update(block);
    expect(finished()).toMatchObject([{ size: BYTES, received: BYTES, sha256: whole.digest("hex") }]);
  });
});
