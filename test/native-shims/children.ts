import { existsSync, readFileSync } from "node:fs";
import { identifyProcess, type ProcessRef, signalProcess } from "../../native-shims/index.ts";
import { eventually } from "../support/eventually.ts";
import { findMarkedProcesses } from "../support/marked-processes.ts";
import { python } from "../support/python.ts";

export type Child = Bun.Subprocess<"pipe", "pipe", "inherit">;

const started: ProcessRef[] = [];

/** Every process below us carries it, so that grandchildren are found too. */
const MARK = "KANBUN_TEST_CHILD_OF";
const mark = `${process.pid}-${crypto.randomUUID()}`;

interface ChildOptions {
  readonly detached?: boolean;
  readonly env?: Record<string, string>;
}

/** A child with pipes at stdin and stdout that is killed after the test, if `endChildren` is called then. */
export function startChild(command: string[], options: ChildOptions = {}): Child {
  const env = { ...process.env, [MARK]: mark, ...options.env };
  const child = Bun.spawn(command, { ...options, env, stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const ref = identifyProcess(child.pid);
  if (ref !== null) started.push(ref); // a short one may have ended by now
  return child;
}

export function startFixture(name: string, args: string[] = [], options: ChildOptions = {}): Child {
  const interpreter = name.endsWith(".py") ? [python] : name.endsWith(".ts") ? [process.execPath] : [];
  return startChild([...interpreter, fixturePath(name), ...args], options);
}

export function fixturePath(name: string): string {
  return `${import.meta.dir}/../fixtures/${name}`;
}

/** The process as it is now; killed after the test like a child. @throws when there is none */
export function endLater(pid: number): ProcessRef {
  const ref = identifyProcess(pid);
  if (ref === null) throw new Error(`no process ${pid}`);
  started.push(ref);
  return ref;
}

/**
 * A child of a process that never reaps: when it is killed it stays a zombie for as long as the test lasts.
 * @param command as a shell reads it
 */
export async function startUnreapedChild(command: string): Promise<ProcessRef> {
  const parent = startChild(["sh", "-c", `${command} >&2 & echo $!; exec sleep 60`]);
  const [pid] = await readLines(parent);
  const isSleep = () => readFileSync(`/proc/${parent.pid}/comm`, "latin1") === "sleep\n";
  await eventually("the shell, which might reap it, is gone", isSleep);
  return endLater(Number(pid));
}

/** The letter that the kernel gives, "Z" for a zombie; "" when there is no such process. Linux only. */
export function stateOf(pid: number): string {
  const path = `/proc/${pid}/stat`;
  const stat = existsSync(path) ? readFileSync(path, "latin1") : "";
  return stat.charAt(stat.lastIndexOf(")") + 2);
}

/** The first `count` lines that the child writes. */
export async function readLines(child: Child, count = 1): Promise<string[]> {
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.split("\n").length > count) return text.split("\n").slice(0, count);
  }
  throw new Error(`the child ended after "${text}"`);
}

/** Kills everything that was started, and whatever that has started. */
export function endChildren(): void {
  for (const ref of started.splice(0)) signalProcess(ref, "SIGKILL");
  for (const ref of findMarkedProcesses(MARK, mark)) signalProcess(ref, "SIGKILL");
}
