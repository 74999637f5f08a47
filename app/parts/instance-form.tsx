import type { Level } from "@/lib/form/browse.ts";
import type { LookView } from "@/lib/form/look.ts";
import type { FormView } from "@/lib/form/view.ts";
import { DestinationSection } from "./destination-section.tsx";
import { FolderPicker } from "./folder-picker.tsx";
import { FormField, saidBy } from "./form-field.tsx";
import { LiveLook, LookCount } from "./live-look.tsx";

interface Props {
  view: FormView;
  level: Level | null;
  look: LookView | null;
  hasFacebook: boolean;
}

const FORM = "instance";

/** The fields of the older product in its order, then ours. A plain form: each button says by its value what it is for. */
export function InstanceForm({ view, level, look, hasFacebook }: Props) {
  const base = `/instances/${view.id}`;
  const { folder } = view;
  return (
    <LiveLook form={FORM} url={`${base}/look`} initial={look}>
      <form className="fields" id={FORM} method="post" action={`${base}/save`}>
        {/* The Enter key in a field presses the first button there is. */}
        <button className="hidden" type="submit" name="intent" value="save" tabIndex={-1} aria-hidden="true">
          Save
        </button>
        <input type="hidden" name="version" value={view.version} />
        <input type="hidden" name="draft" value={view.draft ?? ""} />
        <section className="panel" aria-labelledby="events">
          <h2 id="events">Connector</h2>
          <FormField field={view.name} />
          <p className="quiet small">
            API Key and API Secret are those of this relay&rsquo;s own Dropbox app: there is nothing to enter.
          </p>
          <details open={view.optional.some(({ fault, isKept }) => fault !== null || isKept)}>
            <summary>Show Optional Fields</summary>
            <div className="stack">
              {view.optional.map((field) => (
                <FormField key={field.name} field={field} />
              ))}
            </div>
          </details>
          <div className="reveals">
            <FormField field={view.enabled} />
            <div className="revealed stack">
              {view.events.map((field) => (
                <FormField key={field.name} field={field} />
              ))}
            </div>
          </div>
          <FormField field={view.tags} />
        </section>
        <section className="panel" id="files" aria-labelledby="which">
          <h2 id="which">Which files</h2>
          <div id="folder">
            <FormField field={folder}>
              <FolderPicker
                key={`${view.draft} ${folder.value}`}
                id={folder.id}
                name={folder.name}
                value={folder.value}
                said={saidBy(folder)}
                isFaulty={folder.fault !== null}
                url={`${base}/folders`}
                initial={level}
              />
            </FormField>
          </div>
          {view.rules.map((field) => (
            <FormField key={field.name} field={field} />
          ))}
          <LookCount />
          {view.backfill === null ? null : <FormField field={view.backfill} />}
        </section>
        <section className="panel" id="destinations" aria-labelledby="where">
          <h2 id="where">Where they go</h2>
          <FormField field={view.environment} />
          {view.sections.map((section) => (
            <DestinationSection key={section.id} section={section} hasFacebook={hasFacebook} />
          ))}
          <div className="row">
            <button className="button" type="submit" name="intent" value={hasFacebook ? "page:new" : "add:page"}>
              {hasFacebook ? "Save and add a Facebook Page" : "Add a Facebook Page"}
            </button>
            <button className="button" type="submit" name="intent" value="add:records">
              Add a records endpoint
            </button>
            <button className="button" type="submit" name="intent" value="add:callback">
              Add one more callback
            </button>
          </div>
        </section>
        <div className="row">
          <button className="button first" type="submit" name="intent" value={view.isSetUp ? "save" : "start"}>
            {view.isSetUp ? "Save" : "Create Instance"}
          </button>
          {view.isSetUp ? null : (
            <button className="button" type="submit" name="intent" value="save">
              Save for later
            </button>
          )}
        </div>
      </form>
    </LiveLook>
  );
}
