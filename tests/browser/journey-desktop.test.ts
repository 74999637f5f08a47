import { journey } from "./journey.ts";

journey({ width: 1280, colorScheme: "dark" });
