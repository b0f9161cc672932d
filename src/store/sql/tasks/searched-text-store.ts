import type { SearchedTextStore } from "../../searched-texts.ts";
import type { Transactions } from "../transactions.ts";
import * as texts from "./searched-texts.ts";

export function searchedTextStore(on: Transactions): SearchedTextStore {
  return {
    getTextChanges: (mark) => on.read((db) => texts.getTextChanges(db, mark)),
    getTasksOfRuns: (runIds) => on.read((db) => texts.getTasksOfRuns(db, runIds)),
    listAllTaskIds: () => on.read((db) => texts.listAllTaskIds(db)),
    readSearchedTexts: (ids) => on.read((db) => texts.readSearchedTexts(db, ids)),
  };
}
