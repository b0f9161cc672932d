/** How the error of a board that was moved elsewhere begins. */
export const frozenMark = "kanbun: ";
