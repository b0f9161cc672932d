import { type Elsewhere, nothingElsewhere } from "../../board/admission.ts";
import { addSlotUse, type SlotPlace } from "../../board/slots.ts";
import type { BoardStore } from "../../store/store.ts";

/** One of the home's other boards, which is opened for reading only when its turn comes. */
export interface OtherBoard {
  readonly slug: string;
  readonly open: () => Promise<BoardStore>;
}

/** A board that can't be read, and why: it must not stop the others. */
export interface UnreadBoard {
  readonly slug: string;
  readonly error: Error;
}

interface OpenOther {
  readonly slug: string;
  readonly store: BoardStore;
}

/** The other boards of a home, as far as they can be opened. */
export class OtherBoards {
  readonly #open: readonly OpenOther[];
  readonly #unread: readonly UnreadBoard[];

  private constructor(open: readonly OpenOther[], unread: readonly UnreadBoard[]) {
    this.#open = open;
    this.#unread = unread;
  }

  static async open(others: readonly OtherBoard[]): Promise<OtherBoards> {
    const open: OpenOther[] = [];
    const unread: UnreadBoard[] = [];
    for (const { slug, open: openStore } of others)
      await openStore().then(
        (store) => open.push({ slug, store }),
        (error: Error) => unread.push({ slug, error: error }),
      );
    return new OtherBoards(open, unread);
  }

  /** What they bring to a decision. One that can't be read is counted as `makeSlots` says. */
  async read(
    at: SlotPlace,
  ): Promise<{ readonly elsewhere: Elsewhere; readonly unread: readonly UnreadBoard[] }> {
    let elsewhere = nothingElsewhere;
    const unread = [...this.#unread];
    for (const { slug, store } of this.#open)
      await readElsewhere(store, at).then(
        (board) => {
          elsewhere = addBoard(elsewhere, board);
        },
        (error: Error) => unread.push({ slug, error: error }),
      );
    return { elsewhere: { ...elsewhere, unreadBoards: unread.length }, unread };
  }

  close(): void {
    for (const { store } of this.#open) store.close();
  }
}

/** What a board brings to the decision of another: what its workers use, and which profiles it has found at their limit. */
async function readElsewhere(store: BoardStore, at: SlotPlace): Promise<Elsewhere> {
  const pauses = (await store.listPauses()).filter(({ scope }) => scope !== "board");
  return { ...(await store.countSlots(at)), pauses };
}

/** What two boards bring to the decision of a third. */
export function addBoard(one: Elsewhere, other: Elsewhere): Elsewhere {
  return { ...addSlotUse(one, other), pauses: [...one.pauses, ...other.pauses] };
}
