/** The version of what Kanbun adds; a board with a higher one was written by a newer Kanbun. */
export const schemaVersion = 20;
