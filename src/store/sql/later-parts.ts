import type { CareStore } from "../care.ts";
import type { HistoryStore } from "../history.ts";
import type { NoticeStore } from "../notice.ts";
import type { RedoStore } from "../redo.ts";
import type { RelocationStore } from "../relocation.ts";
import type { RepeatStore } from "../repeats.ts";
import type { SearchedTextStore } from "../searched-texts.ts";
import type { Transactions } from "./transactions.ts";

/** What few commands use of the contract. */
export type LaterParts = NoticeStore &
  RedoStore &
  RepeatStore &
  CareStore &
  HistoryStore &
  SearchedTextStore &
  RelocationStore;

/** Of these parts, each is loaded when the first of its methods is called: together they are a third of all SQL. */
export function laterParts(on: Transactions): LaterParts {
  return {
    ...later<NoticeStore>(
      {
        ...{ collectNotices: true, takeDelivery: true, endDelivery: true, getNextDeliveryMs: true },
        ...{ listDeliveries: true, retryDeliveries: true },
        ...{ subscribe: true, unsubscribe: true, listSubscriptions: true },
      },
      async () => (await import("./notices/notice-store.ts")).noticeStore(on),
    ),
    ...later<RedoStore>({ retryTask: true, restoreTask: true, deleteTask: true }, async () =>
      (await import("./redo/redo-store.ts")).redoStore(on),
    ),
    ...later<RepeatStore>(
      {
        ...{ addRepeat: true, listRepeats: true, requireRepeat: true, editRepeat: true, pauseRepeat: true },
        ...{ resumeRepeat: true, removeRepeat: true, runRepeat: true, getRepeatOf: true },
      },
      async () => (await import("./repeats/repeat-store.ts")).repeatStore(on),
    ),
    ...later<CareStore>(
      {
        ...{ inspect: true, repairRecords: true, measureOldEvents: true, removeOldEvents: true },
        ...{ listArchivedWorktrees: true, exportRows: true, importRows: true, getRunEnds: true },
      },
      async () => (await import("./care-store.ts")).careStore(on),
    ),
    ...later<HistoryStore>(
      {
        ...{ findEventAt: true, listStatusChanges: true, listChangesBefore: true, readFlowNow: true },
        ...{ listRunEnds: true, listRunsBetween: true, readDurations: true },
      },
      async () => (await import("./history/history-store.ts")).historyStore(on),
    ),
    ...later<SearchedTextStore>(
      { getTextChanges: true, getTasksOfRuns: true, listAllTaskIds: true, readSearchedTexts: true },
      async () => (await import("./tasks/searched-text-store.ts")).searchedTextStore(on),
    ),
    ...later<RelocationStore>(
      {
        ...{ getRelocation: true, hasArrived: true, planRelocation: true, leave: true, stay: true },
        ...{ readPage: true, readNumbers: true, arrive: true },
      },
      async () => (await import("./relocation/relocation-store.ts")).relocationStore(on),
    ),
  };
}

/** @param names all methods of the part: the type says which is missing */
function later<Part>(names: Readonly<Record<keyof Part & string, true>>, load: () => Promise<Part>): Part {
  const methods = Object.keys(names).map((name) => [
    name,
    async (...given: readonly unknown[]) => {
      const part = (await load()) as Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;
      return part[name]?.(...given);
    },
  ]);
  return Object.fromEntries(methods) as Part;
}
