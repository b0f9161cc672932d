import { type Elsewhere, nothingElsewhere } from "../../board/admission.ts";
import { addSlotUse, type SlotPlace } from "../../board/slots.ts";
import type { BoardStore } from "../../store/store.ts";

/** One of the home's other boards, which is opened for reading only when its turn comes. */
export interface OtherBoard {
  readonly slug: string;
  readonly open: () => Promise<BoardStore>;
  /** What this home is called there; left out: as on the board that asks. */
  readonly host?: () => SlotPlace["host"];
}

/** A board that can't be read, and why: it must not stop the others. */
export interface UnreadBoard {
  readonly slug: string;
  readonly error: Error;
}

/** Of which profiles the cost matters, and from when on. */
export interface Spending {
  readonly profiles: readonly string[];
  readonly sinceMs: number;
}

export const noSpending: Spending = { profiles: [], sinceMs: 0 };

interface ElsewhereCount {
  readonly elsewhere: Elsewhere;
  /** In US dollars, by profile. */
  readonly spent: ReadonlyMap<string, number>;
  readonly unread: readonly UnreadBoard[];
}

interface OpenOther extends Pick<OtherBoard, "slug" | "host"> {
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
    for (const { slug, host, open: openStore } of others)
      await openStore().then(
        (store) => open.push({ slug, store, ...(host === undefined ? {} : { host }) }),
        (error: Error) => unread.push({ slug, error: error }),
      );
    return new OtherBoards(open, unread);
  }

  /** What they bring to a decision. One that can't be read is counted as `makeSlots` says, and has cost nothing. */
  async read(at: SlotPlace, spending: Spending = noSpending): Promise<ElsewhereCount> {
    let elsewhere = nothingElsewhere;
    const spent = new Map<string, number>();
    const unread = [...this.#unread];
    for (const { slug, store, host } of this.#open) {
      try {
        elsewhere = addBoard(
          elsewhere,
          await readElsewhere(store, host === undefined ? at : { ...at, host: host() }),
        );
        if (spending.profiles.length === 0) continue;
        for (const [profile, usd] of await store.sumSpent(spending.profiles, spending.sinceMs))
          spent.set(profile, (spent.get(profile) ?? 0) + usd);
      } catch (error) {
        unread.push({ slug, error: error as Error });
      }
    }
    return { elsewhere: { ...elsewhere, unreadBoards: unread.length }, spent, unread };
  }

  async close(): Promise<void> {
    for (const { store } of this.#open) await store.close();
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
