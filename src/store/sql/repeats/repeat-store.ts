import type { RepeatStore } from "../../repeats.ts";
import type { Transactions } from "../transactions.ts";
import { editRepeat } from "./repeat-edits.ts";
import * as repeats from "./repeats.ts";

export function repeatStore(on: Transactions): RepeatStore {
  return {
    addRepeat: (input, by) => on.write((scope) => repeats.addRepeat(scope, input, by)),
    listRepeats: () => on.read((db) => repeats.listRepeats(db)),
    requireRepeat: (id) => on.read((db) => repeats.requireRepeat(db, id)),
    editRepeat: (id, edit) => on.write((scope) => editRepeat(scope, id, edit)),
    pauseRepeat: (id) => on.write((scope) => repeats.pauseRepeat(scope, id)),
    resumeRepeat: (id) => on.write((scope) => repeats.resumeRepeat(scope, id)),
    removeRepeat: (id) => on.write((scope) => repeats.removeRepeat(scope, id)),
    runRepeat: (id, by) => on.write((scope) => repeats.runRepeat(scope, id, by)),
    getRepeatOf: (taskId) => on.read((db) => repeats.getRepeatOf(db, taskId)),
  };
}
