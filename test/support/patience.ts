const isWindows = process.platform === "win32";

/**
 * How long a test may take at the very most, in milliseconds. A machine that has much else to do is no fault of the code's:
 * no test may fail for what it took, only for what it saw. Tests have no bound of their own.
 */
export const testMsMax = isWindows ? 900_000 : 300_000;

/** How long a test waits for one thing to happen, in milliseconds: well within the test, so that what didn't is named. */
export const eventuallyMsMax = isWindows ? 400_000 : 150_000;

/** Under Wine a busy machine takes minutes for what takes seconds: the bound of a test there, and of all tests of one process. */
export const wineMsMax = { test: 900_000, run: 3_600_000 } as const;
