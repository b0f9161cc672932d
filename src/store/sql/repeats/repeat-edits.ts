import { nextTime } from "../../../board/cron-time.ts";
import { BoardError } from "../../../board/error.ts";
import {
  type Repeat,
  type RepeatEdit,
  readOverlap,
  readRepeatedTask,
  validateRepeat,
  writeRepeatedTask,
} from "../../../board/repeat.ts";
import { toText } from "../rows/odd-values.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { requireParent } from "../tasks/links.ts";
import { requireRepeat, requireRow } from "./repeats.ts";

/** Changes what is given. Whoever changes only its task changes none of its times, but for one that had stopped. */
export function* editRepeat({ db, nowMs }: Scope, id: number, edit: RepeatEdit): Steps<Repeat> {
  const row = yield* requireRow(db, id);
  const before = { times: toText(row.times), timeZone: toText(row.time_zone), overlap: toText(row.overlap) };
  const { task: patch, ...when } = edit;
  if (Object.keys(when).length + Object.keys(patch ?? {}).length === 0)
    throw new BoardError("usage", "nothing to change was given", { hint: "see `kanbun cron edit --help`" });
  const given = { ...before, ...when };
  const task = { ...readRepeatedTask(toText(row.task)), ...patch };
  const repeat = { ...given, overlap: readOverlap(given.overlap), task };
  validateRepeat(repeat, nowMs);
  for (const parent of task.parents ?? []) yield* requireParent(db, parent);
  const isSameTime = repeat.times === before.times && repeat.timeZone === before.timeZone;
  const goesOn = isSameTime && row.problem === null;
  const next = row.paused_at_ms !== null ? null : goesOn ? row.next_at_ms : nextTime(repeat, nowMs);
  yield* db.send(
    `UPDATE kanbun_repeats SET times = :times, time_zone = :timeZone, overlap = :overlap, title = :title, task = :task,
       next_at_ms = :next, problem = NULL, untold_stop_at_ms = NULL WHERE id = :id`,
    {
      ...{ id, times: repeat.times, timeZone: repeat.timeZone, overlap: repeat.overlap },
      ...{ title: task.title, task: writeRepeatedTask(task), next },
    },
  );
  return yield* requireRepeat(db, id);
}
