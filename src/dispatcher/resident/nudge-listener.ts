import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { chooseNudgeAddress } from "./nudge-address.ts";

export interface NudgeListener {
  readonly address: string;
  close(): void;
}

/** A connection that says nothing is closed after so long. */
const silenceSMax = 5;

/**
 * Listens for nudges until closed; `onNudge` is given what was said, a slug if it was one of us. null where that
 * can't be done: then what others write is noticed a little later.
 */
export function tryListenForNudges(
  { home, name }: { readonly home: string; readonly name: string },
  onNudge: (said: string) => void,
): NudgeListener | null {
  try {
    const address = chooseNudgeAddress(home, name);
    if (address === null) return null;
    // One that had our name and was killed has left it behind.
    if (process.platform !== "win32") {
      mkdirSync(dirname(address), { recursive: true, mode: 0o700 });
      rmSync(address, { force: true });
    }
    const listener = Bun.listen({
      unix: address,
      socket: {
        open(socket) {
          socket.timeout(silenceSMax);
        },
        data(socket, bytes) {
          onNudge(bytes.toString("utf8").split("\n", 1)[0] ?? "");
          socket.end();
        },
        timeout(socket) {
          socket.terminate();
        },
        error() {},
      },
    });
    if (process.platform !== "win32") chmodSync(address, 0o600);
    listener.unref();
    return { address, close: () => listener.stop(true) };
  } catch {
    return null; // without it changes are seen by looking, a little later
  }
}
