import { nextTime } from "../board/cron-time.ts";
import { idWord } from "../board/hold.ts";
import { describeReturns } from "../board/refusal.ts";
import type { Repeat } from "../board/repeat.ts";
import type { BoardInspection, DatabaseHealth, RecordFlaw } from "../store/inspection.ts";
import { databaseFileOf, placeOf } from "../store/place.ts";
import type { BoardStore } from "../store/store.ts";
import { type NotifyTarget, targetsOf } from "../system/config/notify-config.ts";
import { type BoardPaths, boardPaths } from "../system/home/board-paths.ts";
import { checkLock, checkMetadata } from "./board-files.ts";
import { type Check, CheckOf, listSome } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import { lookAtRunFolders } from "./run-folders.ts";
import { listLeftScratch } from "./scratch-folders.ts";

/** Clocks of one machine do not differ; a minute is for a clock that was set back a little. */
const futureMaxMs = 60_000;
/** All that is looked at on one board. Reads only; a board that cannot be read is one problem. */
export async function checkBoard(context: DoctorContext, slug: string): Promise<readonly Check[]> {
  const paths = boardPaths(context.home, slug);
  const nowMs = context.clock.nowMs();
  try {
    const database = databaseFileOf(placeOf(paths));
    const health = database === null ? null : context.database.examine(database);
    const file = health === null ? [] : [checkDatabase(health, context, slug), checkJournal(health, slug)];
    file.push(checkLock(paths, nowMs), checkMetadata(paths));
    // Through a damaged index a query sees what is not so.
    if (health !== null && health.damage !== "none") return file;
    if (health !== null) file.push(checkTables(health, slug));
    if (health?.tables.some(({ keepsFrom }) => keepsFrom === "reading")) return file;
    await using store = await context.openBoard(slug, "read");
    const targets = targetsOf(context.loadConfig().notify, slug);
    return [...file, ...(await checkContent(store, { paths, nowMs, targets }))];
  } catch (error) {
    return [new CheckOf("database", slug).problem((error as Error).message)];
  }
}

/** The command that repairs a board. */
function repairCommand(slug: string): string {
  return `kanbun repair --board ${slug}`;
}

function checkDatabase(
  { damage, lines, indexes }: DatabaseHealth,
  { database }: DoctorContext,
  slug: string,
): Check {
  const check = new CheckOf("database", slug);
  const words = listSome(lines, 3);
  switch (damage) {
    case "none":
      return check.ok("sound");
    case "indexes":
      return check.problem(
        `only its indexes are damaged (${listSome(indexes)}): ${words}`,
        repairCommand(slug),
      );
    case "tables":
      return check.problem(`damaged: ${words}; ${database.salvage}`);
  }
}

function checkTables({ tables }: DatabaseHealth, slug: string): Check {
  const check = new CheckOf("tables", slug);
  if (tables.length === 0) return check.ok("as this version makes them");
  const detail = `not as Kanbun made them: ${listSome(tables.map((flaw) => flaw.detail))}`;
  const fix = tables.some(({ add }) => add !== null) ? repairCommand(slug) : null;
  return tables.every(({ keepsFrom }) => keepsFrom === "nothing")
    ? check.warning(detail, fix)
    : check.problem(detail, fix);
}

function checkJournal({ journalMode }: DatabaseHealth, slug: string): Check {
  const check = new CheckOf("journal", slug);
  if (journalMode === "wal") return check.ok("wal");
  return check.warning(`${journalMode}, not wal: readers and writers wait for each other`);
}

async function checkContent(
  store: BoardStore,
  { paths, nowMs, targets }: { paths: BoardPaths; nowMs: number; targets: readonly NotifyTarget[] },
): Promise<readonly Check[]> {
  const inspection = await store.inspect();
  return [
    ...checkRecords(inspection.flaws, paths.slug),
    checkPromotions(inspection, paths.slug),
    checkCircles(inspection, paths.slug),
    checkOddRows(inspection, paths.slug),
    checkReturns(inspection, paths.slug),
    await checkNotices(store, paths.slug, targets),
    checkRepeats(await store.listRepeats(), paths.slug, nowMs),
    checkEventTimes(inspection, paths.slug, nowMs),
    await checkRunFolders(store, paths, nowMs),
    await checkScratch(store, paths),
  ];
}

const recordChecks: Readonly<Record<RecordFlaw["kind"], { readonly check: string; readonly sound: string }>> =
  {
    unclaimed_run: { check: "open_runs", sound: "every open run has a claim" },
    second_open_run: { check: "one_open_run", sound: "no task has two open runs" },
    live_without_run: { check: "live_records", sound: "every record of processes has its run" },
    dangling_run: { check: "current_runs", sound: "every task that points at a run points at an open one" },
    running_unclaimed: { check: "running_tasks", sound: "every running task has a claim" },
    counter: { check: "counters", sound: "no counter is below 0" },
    number: { check: "row_numbers", sound: "every table has numbers left for new rows" },
  };

function checkRecords(flaws: readonly RecordFlaw[], slug: string): Check[] {
  return Object.entries(recordChecks).map(([kind, { check: name, sound }]) => {
    const found = flaws.filter((flaw) => flaw.kind === kind);
    const check = new CheckOf(name, slug);
    return found.length === 0
      ? check.ok(sound)
      : check.problem(listSome(found.map((flaw) => flaw.detail)), repairCommand(slug));
  });
}

function checkPromotions({ strandedTasks }: BoardInspection, slug: string): Check {
  const check = new CheckOf("promotions", slug);
  if (strandedTasks.length === 0) return check.ok("no task waits for nothing");
  return check.warning(
    `no parent is open, and yet they wait: ${listSome(strandedTasks)}`,
    repairCommand(slug),
  );
}

function checkCircles({ circles }: BoardInspection, slug: string): Check {
  const check = new CheckOf("circles", slug);
  const [first] = circles;
  if (first === undefined) return check.ok("no task waits for itself");
  return check.problem(
    `another program linked them in a circle, so they wait for themselves: ${listSome(circles.map(({ taskId }) => taskId))}`,
    `kanbun unlink ${idWord(first.parentId)} ${idWord(first.taskId)} --board ${slug}`,
  );
}

/** What keeps tasks from being worked on, though none of them failed. */
function checkReturns({ returning }: BoardInspection, slug: string): Check {
  const check = new CheckOf("returns", slug);
  if (returning.length === 0) return check.ok("no task comes back again and again");
  const names = returning.map(
    ({ taskId, title, error, ...returns }) =>
      `${taskId} ${JSON.stringify(title)}: ${describeReturns(returns, error)}`,
  );
  return check.warning(listSome(names, 3));
}

/** A clock that is set back a little leaves out a time or two; more than a week of them is not meant. */
const repeatAheadMaxMs = 7 * 86_400_000;

/** Those that make no task any more, or not before a clock that was once ahead gets there. */
function checkRepeats(repeats: readonly Repeat[], slug: string, nowMs: number): Check {
  const check = new CheckOf("repeats", slug);
  const found = repeats.flatMap((repeat) => {
    const { id, title } = repeat;
    const why = repeat.problem ?? describeAhead(repeat, nowMs);
    return why === null ? [] : [{ id, text: `${id} ${JSON.stringify(title)}: ${why}` }];
  });
  const [first] = found;
  if (first === undefined) return check.ok("every repeating task has its next time");
  return check.problem(
    listSome(
      found.map(({ text }) => text),
      3,
    ),
    `kanbun cron show ${first.id} --board ${slug}`,
  );
}

function describeAhead(repeat: Repeat, nowMs: number): string | null {
  const { id, nextAtMs } = repeat;
  if (nextAtMs === null) return null;
  try {
    const firstMs = nextTime(repeat, nowMs);
    if (firstMs === null || nextAtMs - firstMs <= repeatAheadMaxMs) return null;
  } catch (error) {
    return (error as Error).message;
  }
  return `it is next made at ${new Date(nextAtMs).toISOString()}, so the clock was ahead once: \`kanbun cron resume ${id}\` goes on from now`;
}

/** Who has not been reached since the last that was. */
async function checkNotices(
  store: BoardStore,
  slug: string,
  targets: readonly NotifyTarget[],
): Promise<Check> {
  const check = new CheckOf("notices", slug);
  const failing: string[] = [];
  for (const { name } of targets) {
    const last = (await store.listDeliveries({ target: name, limit: 50 })).filter(({ tries }) => tries > 0);
    const [newest] = last;
    if (newest !== undefined && newest.state !== "delivered" && newest.error !== null)
      failing.push(`${name}: ${newest.error}`);
  }
  const [first] = failing;
  if (first === undefined)
    return check.ok(targets.length === 0 ? "no one is to be told" : "all who were told were reached");
  return check.warning(`not reached: ${listSome(failing, 3)}`, `kanbun notify list --board ${slug}`);
}

function checkOddRows({ oddRows: { count, first } }: BoardInspection, slug: string): Check {
  const check = new CheckOf("odd_rows", slug);
  const [one] = first;
  if (one === undefined) return check.ok("every task's row can be used");
  const names = first.map(({ taskId, oddity }) => `${taskId} (${oddity})`);
  const more = count > first.length ? ` and ${count - first.length} more` : "";
  return check.problem(
    `held, because another program wrote values that Kanbun can't use: ${names.join(", ")}${more}`,
    `kanbun explain ${idWord(one.taskId)} --board ${slug}`,
  );
}

function checkEventTimes({ newestEventAtMs }: BoardInspection, slug: string, nowMs: number): Check {
  const check = new CheckOf("event_times", slug);
  if (newestEventAtMs === null) return check.ok("nothing has happened yet");
  const newest = new Date(newestEventAtMs).toISOString();
  if (newestEventAtMs - nowMs <= futureMaxMs) return check.ok(`the newest event is of ${newest}`);
  return check.problem(`the newest event is of ${newest}, in the future: was the clock set back? Correct it`);
}

async function checkRunFolders(store: BoardStore, paths: BoardPaths, nowMs: number): Promise<Check> {
  const check = new CheckOf("run_folders", paths.slug);
  const { count, stale, old } = await lookAtRunFolders(store, paths.runs, nowMs);
  if (stale.length === 0)
    return check.ok(`${count}, of which ${old} are of runs that ended over 30 days ago`);
  const names = stale.map(({ path, obstacle }) => (obstacle === null ? path : `${path} (${obstacle})`));
  const canRepair = stale.some(({ obstacle }) => obstacle === null);
  return check.warning(
    `folders without a run: ${listSome(names)}`,
    canRepair ? repairCommand(paths.slug) : null,
  );
}

async function checkScratch(store: BoardStore, paths: BoardPaths): Promise<Check> {
  const check = new CheckOf("scratch_folders", paths.slug);
  const { ofGone, ofDone, ofCancelled } = await listLeftScratch(store, paths.workspaces);
  const kept =
    ofCancelled.length === 0 ? "" : `kept because their tasks were cancelled: ${listSome(ofCancelled)}`;
  if (ofGone.length + ofDone.length === 0)
    return check.ok(kept || "none is left of a task that is gone or done");
  const parts = [
    ...(ofGone.length === 0
      ? []
      : [`their tasks are gone; look before you remove them: ${listSome(ofGone)}`]),
    ...(ofDone.length === 0
      ? []
      : [`their tasks are done; a tick removes them, or says what is in its way: ${listSome(ofDone)}`]),
    ...(kept === "" ? [] : [kept]),
  ];
  return check.warning(
    parts.join("; "),
    ofDone.length === 0 ? null : `kanbun dispatch --max 0 --board ${paths.slug}`,
  );
}
