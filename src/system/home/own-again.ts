import { quoteForShell } from "../text/shell-word.ts";

/** What to type so that all of a home can be used again: of one's own what was made read-only, else what is another user's. */
export function ownAgainCommand(home: string, isOwn: boolean): string {
  return isOwn ? `chmod -R u+rwX ${quoteForShell(home)}` : `sudo chown -R "$(id -un)" ${quoteForShell(home)}`;
}
