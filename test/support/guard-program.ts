// Waits until the tests have ended, however that comes about, and ends what they left. See guard.ts.
import { removeFolders, removeFoldersOfEndedRuns } from "./leftovers.ts";

const prefix = await Bun.stdin.text();
if (prefix !== "") await removeFolders(prefix);
await removeFoldersOfEndedRuns();
