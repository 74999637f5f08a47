import { Title } from "@/app/parts/title.tsx";

/** The same for a link that is over, was revoked or never was one: it tells nothing. */
export default function NoSuchShare() {
  return (
    <main>
      <Title of="This link shows nothing" />
      <h1>This link shows nothing</h1>
      <p>It has ended, was revoked, or is not complete. Ask whoever sent it to you for another one.</p>
    </main>
  );
}
