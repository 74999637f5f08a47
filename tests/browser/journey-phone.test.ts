import { journey } from "./journey.ts";

journey({ width: 390, colorScheme: "light" });
