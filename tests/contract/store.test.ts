import { createEngine } from "@/lib/local/redis/engine.ts";
import { describeActs } from "./act-suite.ts";
import { describeBulks } from "./bulk-suite.ts";
import { describeElementsStores } from "./elements-suite.ts";
import { describeEndpoints } from "./endpoint-suite.ts";
import { describeFormerOutbox } from "./former-outbox-suite.ts";
import { describeInstanceStore } from "./instance-suite.ts";
import { describePostBudget } from "./post-budget-suite.ts";
import { describeStore } from "./store-suite.ts";
import { describeTally } from "./tally-suite.ts";

describeStore("store on the in-process engine", async () => createEngine({ now: Date.now }));
describePostBudget("post budget on the in-process engine", async () => createEngine({ now: Date.now }));
describeInstanceStore("instances on the in-process engine", async () => createEngine({ now: Date.now }));
describeActs("acts on the in-process engine", async () => createEngine({ now: Date.now }));
describeBulks("bulk acts on the in-process engine", async () => createEngine({ now: Date.now }));
describeElementsStores("stores of the compatible interface on the in-process engine", async () =>
  createEngine({ now: Date.now }),
);
describeEndpoints("endpoints on the in-process engine", async () => createEngine({ now: Date.now }));
describeFormerOutbox("former outbox on the in-process engine", async () => createEngine({ now: Date.now }));
describeTally("tally on the in-process engine", async () => createEngine({ now: Date.now }));
