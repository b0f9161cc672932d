import type { RedoStore } from "../../redo.ts";
import type { Transactions } from "../transactions.ts";
import { deleteTask } from "./deletion.ts";
import { restoreTask } from "./restores.ts";
import { retryTask } from "./retries.ts";

export function redoStore(on: Transactions): RedoStore {
  return {
    retryTask: (id, how, by) => on.move(id, by, (scope) => retryTask(scope, id, how, by)),
    restoreTask: (id, by) => on.move(id, by, (scope) => restoreTask(scope, id, by)),
    deleteTask: (id, by) => on.move(id, by, (scope) => deleteTask(scope, id, by)),
  };
}
