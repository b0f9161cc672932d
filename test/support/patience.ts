/**
 * How long a test may take at the very most, in milliseconds. A machine that has much else to do is no fault of the code's:
 * no test may fail for what it took, only for what it saw. Tests have no bound of their own.
 */
export const testMsMax = 300_000;

/** How long a test waits for one thing to happen, in milliseconds: well within the test, so that what didn't is named. */
export const eventuallyMsMax = 90_000;
