/** A dashboard needs a login first; until then the root says only what answers here. */
export default function Page() {
  return (
    <main>
      <h1>The relay is running</h1>
      <p>
        Register <code>/api/dropbox/webhook</code> of this address in the Dropbox App Console, then drop a file.
      </p>
    </main>
  );
}
