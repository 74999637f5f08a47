/** Every fault the tests are held to. */

import { audit } from "./faults/audit.ts";
import { build } from "./faults/build.ts";
import { bulk } from "./faults/bulk.ts";
import { bulkGone } from "./faults/bulk-gone.ts";
import { callback } from "./faults/callback.ts";
import { claims } from "./faults/claims.ts";
import { commits } from "./faults/commits.ts";
import { credentials } from "./faults/credentials.ts";
import { drains } from "./faults/drains.ts";
import { elements } from "./faults/elements.ts";
import { endpoint } from "./faults/endpoint.ts";
import { events } from "./faults/events.ts";
import { files } from "./faults/files.ts";
import { form } from "./faults/form.ts";
import { gone } from "./faults/gone.ts";
import { instances } from "./faults/instances.ts";
import { listings } from "./faults/listings.ts";
import { lists } from "./faults/lists.ts";
import { localQueue } from "./faults/local-queue.ts";
import { notifications } from "./faults/notifications.ts";
import { numbers } from "./faults/numbers.ts";
import { operator } from "./faults/operator.ts";
import { outcomes } from "./faults/outcomes.ts";
import { page } from "./faults/page.ts";
import { pageMedia } from "./faults/page-media.ts";
import { pages } from "./faults/pages.ts";
import { pictures } from "./faults/pictures.ts";
import { setup } from "./faults/setup.ts";
import { shares } from "./faults/shares.ts";
import { story } from "./faults/story.ts";
import { tellOperator } from "./faults/tell-operator.ts";
import { worker } from "./faults/worker.ts";
import type { Mutant } from "./mutant.ts";

export const MUTANTS: readonly Mutant[] = [
  ...build,
  ...commits,
  ...listings,
  ...files,
  ...claims,
  ...outcomes,
  ...endpoint,
  ...credentials,
  ...notifications,
  ...worker,
  ...drains,
  ...localQueue,
  ...page,
  ...pageMedia,
  ...pages,
  ...pictures,
  ...shares,
  ...gone,
  ...instances,
  ...operator,
  ...story,
  ...tellOperator,
  ...numbers,
  ...audit,
  ...callback,
  ...events,
  ...bulk,
  ...bulkGone,
  ...lists,
  ...setup,
  ...elements,
  ...form,
];
