/** How long a worker takes to start at the very most, in milliseconds; what tests must not mistake for one that never does. */
export const startMsMax = process.platform === "win32" ? 12_000 : 1_000;
