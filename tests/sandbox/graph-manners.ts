/** How this Page behaves where the real one is known to vary. Set before or between requests. */

export interface GraphManners {
  photoMaxBytes: number;
  /** Equal posts within this time are refused with 506. */
  repeatWindowMs: number;
  /** Off: `page_story_id` is missing although the photo is public. */
  pageStoryId: boolean;
  /** This many first reads of each object answer 100/33. */
  missingReads: number;
  /** A page of a listing comes half full although there is more. */
  shortPages: boolean;
  offsets: "string" | "number";
  errorData: "object" | "text";
  phaseWord: "complete" | "completed";
  /** Chunks are between half and all of this. */
  chunkMaxBytes: number;
  /** Off: of videos in chunks only the hash is kept, for those that are larger than the memory. */
  keepsVideos: boolean;
  videoMaxBytes: number;
  processingMs: number;
  /** From public until `post_id` can be read. */
  postIdLagMs: number;
  processing: "succeeds" | "fails";
  /** What `finish` answers when it was answered before. */
  finishAgain: "success" | "refused";
  /** Off: the Page comes without its token, as one that is reachable through a portfolio only. */
  givesPageToken: boolean;
  /** Links with this in them cannot be read. */
  unreadableLink: string | null;
}

export const createManners = (given: Partial<GraphManners> = {}): GraphManners => ({
  photoMaxBytes: 4_000_000,
  repeatWindowMs: 10 * 60 * 1000,
  pageStoryId: true,
  missingReads: 0,
  shortPages: false,
  offsets: "string",
  errorData: "object",
  phaseWord: "complete",
  chunkMaxBytes: 1024 * 1024,
  keepsVideos: true,
  videoMaxBytes: 10_000_000_000,
  processingMs: 5000,
  postIdLagMs: 2000,
  processing: "succeeds",
  finishAgain: "success",
  givesPageToken: true,
  unreadableLink: null,
  ...given,
});
