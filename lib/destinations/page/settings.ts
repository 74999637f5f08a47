/** What an instance chooses about its Page. */
export interface PageSettings {
  pageId: string;
  /** Liquid template of the message, validated beforehand. */
  message: string;
  /** Photos that arrive together become one post of at most so many; 1: each its own. */
  albumMax: number;
  /** How long (ms) photos wait for others to join their post; 0: only those listed together. */
  albumWindowMs: number;
  /** What an edited or renamed file does to its post. */
  onEdit: "keep" | "text" | "replace";
  /** What a file that is gone does to its post. */
  onDelete: "keep" | "hide" | "delete";
  /** Whether a text file beside a photo is its caption. */
  captions: boolean;
  /** `reel`: an MP4 that Facebook takes for one; any other video is an ordinary one. */
  videoAs: "video" | "reel" | "skip";
  /** Files that are neither photo nor video. `link`: with a link at the source that opens them to everybody. */
  otherAs: "text" | "link" | "skip";
  /** `url`: Facebook fetches what needs no change from the source itself; it gets it with all its metadata. */
  uploadBy: "bytes" | "url";
  videoMaxBytes: number;
  photoMaxBytes: number;
}
