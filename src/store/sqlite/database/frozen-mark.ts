/** How the error of a board that was moved elsewhere begins. */
export const frozenMark = "kanbun: ";
/** And the names of the triggers that say it. */
export const frozenPrefix = "kanbun_frozen_";
