/** Errors that concern one file, post or upload, and those that leave open whether it was published. */
import { row } from "./error-row.ts";

/** Nobody knows whether it happened, or an earlier one did. */
export const UNCLEAR_ROWS = [
  row(1, 99, "unclear", "an unknown error, which is also seen after a success"),
  row(1, "any", "lessData", "too much was asked for at once", {
    requests: ["read"],
    says: /reduce the amount of data/i,
  }),
  row(1, "any", "unclear", "an unknown error at Facebook"),
  row(2, "any", "unclear", "Facebook is not available for now"),
  row("any", 1609010, "unclear", "Facebook is not available for now"),
  row("any", 1363047, "unclear", "Facebook is not available for now"),
  row(506, "any", "alreadyThere", "the same was posted just before"),
  row("any", 1404082, "alreadyThere", "the Page has already posted this"),
  row("any", 1366051, "alreadyThere", "these photos were already posted"),
];

/** The file or the post itself. */
export const CONTENT_ROWS = [
  row(100, 33, "unclear", "Facebook does not find the object, which is also said of posts that are live", {
    requests: ["publish"],
    type: "GraphMethodException",
  }),
  row(
    100,
    33,
    "gone",
    "it is not there, or not visible: if it is the Page, check FACEBOOK_PAGE_ID and the token's access to it",
  ),
  row(100, "any", "unclear", "a parameter is refused, in a form that is also seen after a success", {
    requests: ["publish"],
    type: "GraphMethodException",
  }),
  row(100, "any", "rejected", "Facebook refuses a parameter"),
  row(324, "any", "useBytes", "the image is missing or cannot be read"),
  row("any", 1366046, "convert", "the photo is larger than 4 MB or of a type Facebook does not take"),
  row("any", 2069019, "convert", "the file is not valid"),
  row(351, "any", "asLink", "the video file is damaged"),
  row(352, "any", "asLink", "the format of the video is not supported"),
  row(382, "any", "asLink", "the video is too small"),
  row(389, "any", "useBytes", "Facebook cannot fetch the video from its address"),
  row("any", 1363057, "useBytes", "Facebook cannot fetch the video from its address"),
  row(9004, "any", "useBytes", "Facebook cannot fetch the file from its address"),
  row("any", 2207052, "useBytes", "Facebook cannot fetch the file from its address"),
  row(1609005, "any", "withoutLink", "Facebook cannot read the page behind the link"),
  row("any", 1609005, "withoutLink", "Facebook cannot read the page behind the link"),
  row("any", 1609008, "rejected", "links to Facebook itself are refused"),
  row("any", 2061006, "useBytes", "Facebook refuses the address of the file", { requests: ["stage"] }),
  row("any", 2061006, "withoutLink", "Facebook refuses the address of the link"),
];

/** Uploads of videos in steps: all steps but the last may be repeated. */
export const UPLOAD_ROWS = [
  row("any", 1363019, "resume", "the upload of the video failed"),
  row("any", 1363021, "resume", "the upload of the video cannot go on: resume once, then start anew"),
  row("any", 1363033, "resume", "the upload of the video cannot go on: resume once, then start anew"),
  row("any", 1363041, "resume", "the upload of the video cannot go on: resume once, then start anew"),
  row("any", 1363030, "resume", "the upload of the video took too long"),
  row("any", 1363037, "resume", "the upload of the video goes on at another offset"),
  row("any", 1363022, "asLink", "the video is too small"),
  row("any", 1363023, "asLink", "the video is too large"),
  row("any", 1363040, "asVideo", "the video does not have the aspect ratio of a reel"),
  row("any", 1363127, "asVideo", "the video does not have the resolution of a reel"),
  row("any", 1363128, "asVideo", "the video does not have the duration of a reel"),
  row("any", 1363129, "asVideo", "the video does not have the frame rate of a reel"),
  row([6000, 6001], "any", "resume", "the upload of the video failed"),
];
