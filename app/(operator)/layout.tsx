import Link from "next/link";
import type { ReactNode } from "react";
import { Mark } from "../parts/icons.tsx";
import { Navigation } from "../parts/navigation.tsx";

/** What every page of the operator's has around it. Who may see it is asked by each page itself. */
export default function Frame({ children }: { children: ReactNode }) {
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="bar">
        <div className="bar-inner">
          <Link className="brand" href="/" prefetch={false}>
            <Mark />
            Relay
          </Link>
          <Navigation />
          <form className="bar-end" method="post" action="/logout">
            <button className="button plain" type="submit">
              Log out
            </button>
          </form>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
