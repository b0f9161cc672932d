/** The first word of the command line that runs the guard of a lease. */
export const guardWord = "--guard-lease";
