/** Errors that concern the token, its permissions or the app, whatever the file: nothing was written. */
import { row } from "./error-row.ts";

const CONNECT = "connect the Page again and set a new FACEBOOK_API_KEY";
const GENERATE = "Business settings → System users → Generate new token, and set it as FACEBOOK_API_KEY";

export const TOKEN_ROWS = [
  row(190, 458, "renew", `the app is no longer allowed by the person who connected it: ${CONNECT}`),
  row(190, 459, "reconnect", "Facebook holds the account: its owner must log in on facebook.com and follow the check"),
  row(190, 460, "renew", `the password was changed: ${CONNECT}`),
  row(190, 463, "renew", `the token has expired: ${CONNECT}`),
  row(190, 464, "reconnect", "the account is not confirmed: its owner must log in on facebook.com and confirm it"),
  row(190, 467, "renew", `the token was taken back: ${CONNECT}`),
  row(
    190,
    492,
    "reconnect",
    "no grant for this Page: its role, two-factor login or tick in the dialog is missing; connect again with all Pages ticked",
  ),
  row(190, 493, "reconnect", `the app was not used for 90 days: ${CONNECT}`),
  row(190, "any", "renew", `Facebook refuses the token: ${CONNECT}`),
  row(102, "any", "renew", `the login is no longer valid: ${CONNECT}`),
  row(
    459,
    "any",
    "reconnect",
    "Facebook holds the account: its owner must log in on facebook.com and follow the check",
  ),
  row(
    104,
    "any",
    "configuration",
    "FACEBOOK_APP_SECRET does not belong to the app of the token, or is missing while the app requires it",
  ),
  row(100, "any", "configuration", "FACEBOOK_APP_SECRET does not belong to the app of the token", {
    says: /appsecret_proof/i,
  }),
];

export const PERMISSION_ROWS = [
  row(10, "any", "gone", "it is no longer there, or was never visible to this app", {
    requests: ["read", "edit", "delete"],
    says: /object does not exist/i,
  }),
  row(
    10,
    "any",
    "permission",
    `a permission is missing, most often pages_read_engagement or pages_manage_posts: ${GENERATE}`,
  ),
  row(
    200,
    "any",
    "renew",
    `this needs the Page's own token: set FACEBOOK_PAGE_ID to a Page that the token may manage`,
    {
      says: /as the page itself/i,
    },
  ),
  row(200, "any", "configuration", "the token did not arrive whole: check FACEBOOK_API_KEY for missing characters", {
    says: /valid app id/i,
  }),
  row(
    210,
    "any",
    "permission",
    "the Page is not visible to this token: give its person or system user a task on the Page",
  ),
  row(240, "any", "configuration", "this kind of app may not make this call: make the app of type Business"),
  row(283, "any", "permission", `the permission pages_read_engagement is missing: ${GENERATE}`),
  row(
    [200, 299],
    "any",
    "permission",
    `the permission pages_manage_posts or the content task on the Page is missing: ${GENERATE}`,
  ),
  row(
    "any",
    1363042,
    "permission",
    "no permission to upload videos here: give the token's person or system user the content task on the Page",
  ),
  row(3, "any", "rejected", "the app lacks the capability for this call: see the app's Use cases in its dashboard"),
  row(
    2500,
    "any",
    "configuration",
    "the address of the call is malformed: check FACEBOOK_GRAPH_URL and FACEBOOK_GRAPH_VERSION",
  ),
];
