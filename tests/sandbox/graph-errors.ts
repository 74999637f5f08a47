/** The errors the Graph API is known to answer, one row each, found by name, by code, or by `code/subcode`. */

export interface GraphError {
  status: number;
  /** Null: the number is missing, as in some old answers. */
  code: number | null;
  subcode?: number;
  type?: string;
  message: string;
  transient?: boolean;
  /** What a person would be shown; it is localised, so nothing may depend on it. */
  userText?: string;
  data?: unknown;
}

const row = (status: number, code: number, message: string, more: Partial<GraphError> = {}): GraphError => ({
  status,
  code,
  message: `(#${code}) ${message}`,
  ...more,
});
const token = (subcode: number, why: string): GraphError => ({
  status: 400,
  code: 190,
  subcode,
  message: `Error validating access token: ${why}`,
});
const blocked = (subcode: number, why: string): GraphError =>
  row(400, 368, "The action attempted has been deemed abusive or is otherwise disallowed", { subcode, userText: why });
const upload = (code: number, subcode: number, why: string): GraphError =>
  row(400, code, "There was a problem uploading your video file. Please try again.", { subcode, userText: why });
const invalid = (subcode: number, why: string): GraphError => ({
  status: 400,
  code: 100,
  subcode,
  message: "Invalid parameter",
  userText: why,
});

export const graphErrors = {
  unknown: {
    status: 500,
    code: 1,
    message: "An unknown error occurred",
    transient: false,
  },
  unknown99: { status: 500, code: 1, subcode: 99, message: "An unknown error has occurred." },
  lessData: {
    status: 500,
    code: 1,
    message: "Please reduce the amount of data you're asking for, then retry your request",
  },
  serviceDown: {
    status: 500,
    code: 2,
    message: "An unexpected error has occurred. Please retry your request later.",
    transient: true,
  },
  capability: row(400, 3, "Application does not have the capability to make this API call."),
  appLimit: row(403, 4, "Application request limit reached", { transient: true }),
  actionBlocked: row(403, 4, "Action is blocked", { subcode: 2207051 }),
  noPermission: row(403, 10, "Application does not have permission for this action"),
  userLimit: row(400, 17, "User request limit reached", { transient: true }),
  pageCallLimit: row(400, 32, "Page request limit reached"),
  invalidParameter: row(400, 100, "Invalid parameter"),
  methodException: { status: 400, code: 100, type: "GraphMethodException", message: "Unsupported post request." },
  missingObject: {
    status: 400,
    code: 100,
    subcode: 33,
    type: "GraphMethodException",
    message: "Unsupported request. The object does not exist, cannot be loaded due to missing permissions",
  },
  loginState: row(400, 102, "Session key invalid or no longer valid"),
  noToken: { status: 400, code: 104, message: "An access token is required to request this resource." },
  badToken: { status: 400, code: 190, message: "Invalid OAuth access token - Cannot parse access token" },
  appRemoved: token(458, "The user has not authorized application."),
  checkpointToken: token(459, "The user must log in at the site first."),
  passwordChanged: token(460, "The session has been invalidated because the password was changed."),
  expired: token(463, "Session has expired."),
  unconfirmed: token(464, "The account is not confirmed."),
  loggedOut: token(467, "The session is invalid because the user logged out."),
  noGrant: token(492, "The user has no valid grant for this Page."),
  unusedApp: token(493, "The data access of the user has expired."),
  permission: row(403, 200, "Permissions error"),
  notAsPage: row(403, 200, "Unpublished posts must be posted to a page as the page itself."),
  noAppId: row(403, 200, "Provide valid app ID"),
  notVisible: row(400, 210, "User not visible"),
  appType: row(400, 240, "The call is not allowed for this type of application"),
  needsReadEngagement: row(400, 283, "Requires pages_read_engagement permission to manage the object"),
  badImage: row(400, 324, "Missing or invalid image file"),
  feedLimit: row(400, 341, "Feed action request limit reached"),
  videoDamaged: row(400, 351, "There was a problem with your video file. Please try again."),
  videoFormat: row(400, 352, "The video file you selected is in a format that we don't support."),
  tooFast: blocked(1390008, "Acting too fast"),
  featureBlocked: blocked(1390009, "This feature is blocked for now"),
  repeated: blocked(1404082, "You already posted this"),
  needsAuthorization: blocked(1404078, "Page Publishing Authorization is missing"),
  confirmIdentity: blocked(4854002, "Confirm the identity"),
  securityCheck: blocked(1404006, "A security check is needed"),
  restricted: blocked(1404112, "The account is restricted"),
  abusive: blocked(1346003, "The content was reported as abusive"),
  againstStandards: blocked(1404102, "The content goes against the standards"),
  notAllowed: blocked(1349125, "The content is not allowed"),
  videoTooSmall: row(400, 382, "The video file is too small"),
  videoNotFetched: row(400, 389, "Unable to fetch video file from URL.", { subcode: 1363057 }),
  checkpoint: row(400, 459, "The user is checkpointed"),
  duplicate: row(400, 506, "Duplicate status message", { subcode: 1455006 }),
  customLimit: row(400, 613, "Calls to this API have exceeded the rate limit."),
  irregular: row(400, 613, "Calls to this API have exceeded the rate limit.", { subcode: 1996 }),
  linkNotRead: row(400, 1609005, "The link could not be read", { userText: "Link error" }),
  badPath: { status: 400, code: 2500, message: "Unknown path components" },
  uploadProblem: row(400, 6000, "There was a problem uploading your video file. Please try again."),
  uploadFailed: row(400, 6001, "There was a problem uploading your video file. Please try again."),
  uploadStep: upload(6000, 1363019, "The step failed"),
  uploadBroken21: upload(6000, 1363021, "The upload cannot go on"),
  uploadBroken33: upload(6000, 1363033, "The upload cannot go on"),
  uploadBroken41: upload(6000, 1363041, "The upload cannot go on"),
  videoUnderSize: upload(6000, 1363022, "The file is too small"),
  videoOverSize: upload(6000, 1363023, "The file is too large"),
  uploadTimedOut: upload(6000, 1363030, "The upload timed out"),
  wrongOffset: upload(6001, 1363037, "The start offset is wrong"),
  videoAspect: upload(6000, 1363040, "The aspect ratio is not supported"),
  videoResolution: upload(6000, 1363127, "The resolution is not supported"),
  videoDuration: upload(6000, 1363128, "The duration is not supported"),
  videoFrameRate: upload(6000, 1363129, "The frame rate is not supported"),
  uploadForbidden: upload(6000, 1363042, "No permission to upload a video here"),
  pageLimit: row(400, 80001, "There have been too many calls to this Page account. Wait a bit and try again."),
  mediaNotFetched: row(400, 9004, "The media could not be fetched from this URI", { subcode: 2207052 }),
  photoTooLarge: invalid(1366046, "Photos should be smaller than 4 MB and saved as JPG, PNG, GIF, TIFF"),
  photoType: row(400, 324, "Missing or invalid image file", { subcode: 1366046 }),
  photosPosted: invalid(1366051, "These photos were already posted"),
  ownLink: invalid(1609008, "Links to this site cannot be posted"),
  unavailable: invalid(1609010, "Temporarily unavailable"),
  unavailable47: invalid(1363047, "Temporarily unavailable"),
  badUrl: invalid(2061006, "The address is not valid"),
  invalidFile: row(400, 324, "Missing or invalid image file", { subcode: 2069019 }),
} as const satisfies Record<string, GraphError>;

export type GraphErrorName = keyof typeof graphErrors;
const rows: Record<string, GraphError> = graphErrors;

/** The row of a name (`expired`), a code (`190`) or a pair (`190/463`). A number without a row gets a plain one. */
export function graphErrorOf(which: string): GraphError {
  if (Object.hasOwn(rows, which)) return rows[which] ?? graphErrors.unknown;
  const [code = Number.NaN, subcode] = which.split("/").map(Number);
  if (Number.isNaN(code)) throw new Error(`no Graph error is called ${which}`);
  const found = Object.values(rows).find((one) => one.code === code && one.subcode === subcode);
  if (found !== undefined) return found;
  return row(400, code, "Refused on purpose", subcode === undefined ? {} : { subcode });
}
