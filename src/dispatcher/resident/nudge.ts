import { readResidentEntries } from "../../system/home/resident-entries.ts";

/** The nudges of a command that writes to a board: each goes off at once, and at the end they have gone. */
export class Nudges {
  readonly #home: string;
  readonly #slug: string;
  readonly #sending: Promise<void>[] = [];

  constructor(home: string, slug: string) {
    this.#home = home;
    this.#slug = slug;
  }

  send(): void {
    this.#sending.push(sendNudge(this.#home, this.#slug));
  }

  async areSent(): Promise<void> {
    await Promise.all(this.#sending);
  }
}

/**
 * Tells one resident that the board `slug` of `home` has changed: the oldest that accepts it. Waits for no
 * answer, and never fails: where no one listens, no one is told, and the residents will see it for themselves.
 */
export async function sendNudge(home: string, slug: string): Promise<void> {
  for (const { address, boards, isForAllBoards } of readResidentEntries(home))
    if (address !== null && (isForAllBoards || boards.includes(slug)) && (await send(address, slug))) return;
}

/** False when no one listens there. A connection on this machine is made, or refused, at once. */
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
    return false; // it has gone, and sees nothing any more; who comes looks at the board
  }
}
