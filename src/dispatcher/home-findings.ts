import type { Finding } from "./finding.ts";
import { slotsLockPath } from "./home-slots.ts";
import type { UnreadBoard } from "./other-boards.ts";

/** What keeps this board and all others from starting anything. */
export function describeSlotsHolder(holder: string, home: string): Finding {
  return {
    about: "slots",
    task: null,
    run: null,
    path: slotsLockPath(home),
    detail: `${holder} holds the slots of the home and does not go on: no board starts anything`,
    hint: `see what is wrong with it with \`kanbun doctor\``,
  };
}

/** Another board that can't be read, and what that means for this one. */
export function describeUnread({ slug, error }: UnreadBoard): Finding {
  return {
    about: "other_board",
    task: null,
    run: null,
    path: null,
    detail: `the board ${slug} cannot be read, and is counted as one worker at work: ${error.message}`,
    hint: `see what is wrong with it with \`kanbun doctor --board ${slug}\``,
  };
}
