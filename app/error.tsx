"use client";

import { Title } from "@/app/parts/title.tsx";

/** A page that could not be made: mostly Redis is down, or the environment is not complete. The log has the reason. */
export default function Failed() {
  return (
    <main>
      <Title of="This page could not be made" />
      <section className="headline" data-tone="bad">
        <h1>This page could not be made</h1>
        <p>The relay&rsquo;s own services did not answer, or its environment is not complete.</p>
        <p className="why">
          Run <code>npm run doctor</code> in the relay&rsquo;s directory: it names what is wrong. Files are not lost
          meanwhile.
        </p>
        <div className="row">
          {/* A whole new request, not only a new rendering. */}
          <button className="button first" type="button" onClick={() => location.reload()}>
            Try again
          </button>
        </div>
      </section>
    </main>
  );
}
