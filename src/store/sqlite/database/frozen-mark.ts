/** How what a board says that was moved elsewhere begins. */
export const frozenMark = "kanbun: ";
