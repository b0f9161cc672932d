import { readResidentEntries } from "./resident-entries.ts";

/**
 * Tells one resident that the board `slug` of `home` has changed: the first in line that accepts it. Waits for no
 * answer, and never fails: where nobody listens, nobody is told, and the residents will see it for themselves.
 */
export async function sendNudge(home: string, slug: string): Promise<void> {
  for (const { address, boards, isForAllBoards } of readResidentEntries(home))
    if (address !== null && (isForAllBoards || boards.includes(slug)) && (await send(address, slug))) return;
}

/** False when nobody listens there. A connection on this machine is made, or refused, at once. */
async function send(address: string, slug: string): Promise<boolean> {
  try {
    await Bun.connect({
      unix: address,
      socket: {
        open(socket) {
          socket.end(`${slug}\n`);
        },
        data() {},
        error() {},
      },
    });
    return true;
  } catch {
    return false;
  }
}
