import { isTerminal } from "../text/standard-streams.ts";
import { isInForeground } from "./foreground.ts";

/** Whether there is a terminal that can be drawn on, and this process may use it. */
export async function canShowScreen(): Promise<boolean> {
  const { TERM } = process.env;
  if (TERM === "dumb" || (!TERM && process.platform !== "win32")) return false;
  return (await isTerminal(1)) && isInForeground();
}
