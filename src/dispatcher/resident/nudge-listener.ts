import { chmodSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Broker } from "../../store/broker/broker.ts";
import { chooseNudgeAddress } from "./nudge-address.ts";
import { WorkerConnection } from "./worker-connection.ts";

export interface NudgeListener {
  readonly address: string;
  close(): void;
}

/** A connection that says nothing is closed after so long. */
const silenceSMax = 5;

/**
 * Listens for nudges until closed; `onNudge` is given what was said, a slug if it was one of us. null where that
 * can't be done: then what others write is noticed a little later.
 * @param broker does what workers ask for, who come to the same address; left out: no one here does
 */
export function tryListenForNudges(
  { home, name, broker }: { readonly home: string; readonly name: string; readonly broker?: Broker },
  onNudge: (said: string) => void,
): NudgeListener | null {
  try {
    const address = chooseNudgeAddress(home, name);
    if (address === null) return null;
    const listener = asOnlyOurs(address, () =>
      Bun.listen<{ worker: WorkerConnection | null }>({
        unix: address,
        data: { worker: null },
        socket: {
          open(socket) {
            socket.data = { worker: null };
            socket.timeout(silenceSMax);
          },
          data(socket, bytes) {
            const { data } = socket;
            if (broker !== undefined && data.worker === null && WorkerConnection.isFirstWord(bytes))
              data.worker = new WorkerConnection(broker);
            if (data.worker !== null) return data.worker.data(socket, bytes);
            onNudge(bytes.toString("utf8").split("\n", 1)[0] ?? "");
            socket.end();
          },
          drain(socket) {
            socket.data.worker?.drain(socket);
          },
          timeout(socket) {
            socket.terminate();
          },
          close(socket) {
            socket.data.worker?.close();
          },
          error() {},
        },
      }),
    );
    listener.unref();
    return { address, close: () => listener.stop(true) };
  } catch {
    return null; // without it changes are seen by looking, a little later
  }
}

/** Makes a socket that no other user can connect to, at no time: it may do more than be nudged. */
function asOnlyOurs<Listener>(address: string, listen: () => Listener): Listener {
  if (process.platform === "win32") return listen();
  const folder = dirname(address);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(folder);
  if (uid === process.getuid?.() && (mode & 0o077) !== 0) chmodSync(folder, 0o700);
  // A resident that had our name and was killed has left it behind.
  rmSync(address, { force: true });
  const before = process.umask(0o177);
  try {
    return listen();
  } finally {
    process.umask(before);
    chmodSync(address, 0o600);
  }
}
