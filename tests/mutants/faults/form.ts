/** Faults in what the form of an instance keeps, refuses and shows. */
import type { Mutant } from "../mutant.ts";

const FORM = ["tests/routes/instance-form.test.ts"];
const ACTS = ["tests/routes/instance-acts.test.ts"];

export const form: readonly Mutant[] = [
  {
    name: "sent-secret-goes-to-another-host",
    file: "lib/form/apply.ts",
    text: "const at = withoutSentElsewhere(laid, given, former, before);",
    replacement: "const at = { ...laid, ...(former === before.instance.destinations ? given : {}) };",
    breaks: "what an address was sent stays with it",
    tests: FORM,
  },
  {
    name: "masked-secret-read-at-another-host",
    file: "lib/elements/change-instance.ts",
    text: "return withoutSentElsewhere(laid, given, firsts, before);",
    replacement: "return withoutSentElsewhere(laid, given, firsts.slice(0, 0), before);",
    breaks: "who may change settings cannot read masked secrets by naming a host of their own",
    tests: ["tests/routes/elements-instances.test.ts"],
  },
  {
    name: "form-overwrites-what-came-between",
    file: "lib/form/submit.ts",
    text: 'if (fields.get("version") !== ',
    replacement: 'if (fields.get("version") === "" && "" !== ',
    breaks: "a form never undoes another's change",
    tests: FORM,
  },
  {
    name: "unknown-name-saved",
    file: "lib/elements/checks.ts",
    text: 'found.push(["relay.page.message", whyNotMessage(one.settings.message)]);',
    replacement: 'found.push(["relay.page.message", one.settings.message === "" ? "must not be empty" : null]);',
    breaks: "a template that could not be filled is refused when it is saved",
    tests: FORM,
  },
  {
    name: "typed-secret-shown-again",
    file: "lib/form/view.ts",
    text: 'value: isSecret ? "" : value,',
    replacement: "value,",
    breaks: "no page holds a secret that was typed",
    tests: FORM,
  },
  {
    name: "begun-without-its-form",
    file: "lib/form/act.ts",
    text: 'return stored.instance.isSetUp ? status(deps, id, "active", "resumed") : "notSetUp";',
    replacement: 'return status(deps, id, "active", "resumed");',
    breaks: "nothing begins before somebody said where its files go",
    tests: ACTS,
  },
  {
    name: "draft-of-another-instance-taken",
    file: "lib/form/submit.ts",
    text: "if (before === null || before.instance !== id) return merged;",
    replacement: "if (before === null) return merged;",
    breaks: "a secret typed for one instance is never another's",
    tests: FORM,
  },
  {
    name: "preview-of-a-caption",
    file: "lib/form/look.ts",
    text: "newest.find(becomesPost) ?? first",
    replacement: "first",
    breaks: "the template is tried on a file that becomes a post",
    tests: ["tests/routes/instance-acts.test.ts"],
  },
  {
    name: "other-rules-saved-in-silence",
    file: "lib/form/submit.ts",
    text: "instance.isSetUp && !isDeepStrictEqual(instance.rules, changed.stored.instance.rules)",
    replacement: "false",
    breaks: "whoever changes the rules is led to what the former ones skipped",
    tests: ["tests/routes/instance-form.test.ts"],
  },
];
