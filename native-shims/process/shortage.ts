const shortages = new Set(["EMFILE", "ENFILE", "ENOMEM"]);

/** What this process is short of says nothing of the one it looked at. @throws that error, if it is one of these */
export function throwIfShort(error: unknown): void {
  if (shortages.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
}
