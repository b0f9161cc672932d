// `bun run storm`: would show it if a run's strays could be lost sight of while forks are refused and numbers of processes go
// round, so that a second worker of a task starts beside them.
import { constants } from "node:os";
import { Arena, makeRoot, removeRoot } from "../orphan-repro/arena.ts";
import { isOk, type PartResult } from "../orphan-repro/measure.ts";
import { renderTable } from "../orphan-repro/table.ts";
import { Wards } from "../orphan-repro/wards.ts";
import { armKinds, playArm } from "./arm.ts";
import { ForkLimit } from "./fork-limit.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { PlainUser } from "./plain-user.ts";

const options = readOptions();
const hasAll = process.platform === "linux" && Bun.which("python3") !== null;
const user = hasAll ? PlainUser.make() : "it takes Linux and python3";
if (typeof user === "string") skip(user);
const limit = ForkLimit.make();
if (typeof limit === "string") skip(limit);
const root = makeRoot("storm");
const wards = new Wards();
const leave = async (isKept: boolean) => {
  wards.endAll();
  await limit.close();
  user.close();
  if (!isKept) removeRoot(root);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, async () => {
    await leave(options.keep);
    process.exit(128 + constants.signals[signal]);
  });

const parts: PartResult[] = [];
let failure: string | null = null;
try {
  for (const arm of armKinds.filter(({ part }) => part === (options.part ?? part))) {
    const arena = await Arena.make(root, arm.part, options.tasks);
    wards.addHome(arena.home);
    parts.push(await playArm(arena, arm, { ...options, limit, user }));
  }
} catch (error) {
  failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
}
const ok = failure === null && parts.every(isOk);
const isKept = options.keep || !ok;
console.log(options.json ? JSON.stringify({ v: 1, ok, data: { parts, failure } }) : renderText());
if (isKept) console.error(`storm: boards and records are kept in ${root}`);
await leave(isKept);
process.exit(ok ? 0 : 1);

function renderText(): string {
  return [
    renderTable(parts),
    ...(failure === null ? [] : ["", `broken off: ${failure}`]),
    "",
    ok ? "as stated" : "NOT AS STATED",
  ].join("\n");
}

function skip(why: string): never {
  if (typeof user !== "string") user.close();
  const document = { v: 1, ok: true, data: { skipped: why } };
  console.log(options.json ? JSON.stringify(document) : `skipped: ${why}`);
  process.exit(0);
}

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`storm: ${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}
