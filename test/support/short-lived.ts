const option = "BUN_JSC_useBaselineJIT";

/**
 * In the environment of programs that tests start: most end before code that was compiled for them could pay for itself, and a
 * command takes a fifth less work without. What they do is the same.
 */
export const shortLived = { [option]: "0" };

/** Put over {@link shortLived} for a program that works for long. */
export const longLived = { [option]: "1" };
