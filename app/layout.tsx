import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/tones.css";
import "./styles/frame.css";
import "./styles/parts.css";
import "./styles/controls.css";
import "./styles/form.css";
import "./styles/facts.css";
import "./styles/progress.css";
import "./styles/table.css";
import "./styles/timeline.css";
import "./styles/thumbnails.css";
import "./styles/chart.css";

export const metadata: Metadata = {
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#161a21" },
  ],
};

/** Each answer has a nonce of its own, and what pages show is of now: none is made beforehand. */
export const dynamic = "force-dynamic";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
