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
  videoAs: "video" | "skip";
  /** Files that are neither photo nor video. */
  otherAs: "text" | "skip";
  videoMaxBytes: number;
  photoMaxBytes: number;
}
