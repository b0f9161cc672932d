import { existsSync, readFileSync } from "node:fs";
import type { HookPlan } from "./hook-plan.ts";
import { holdPorts, portsPerRun } from "./port-block.ts";
import { exitCodeOf, runHook } from "./run-hook.ts";
import { isSetUp, linkInto, markSetUp } from "./workspace-setup.ts";

/**
 * What a run's shim starts in the place of a worker that has hooks: it stays the worker's parent, below the shim, outside of every
 * lock. What it says is in the run's log.
 * @param words the plan's file, then the worker's program and its arguments
 * @returns the exit code of the run
 */
export async function runWithHooks([planPath = "", ...command]: readonly string[]): Promise<number> {
  const plan = JSON.parse(readFileSync(planPath, "utf8")) as HookPlan;
  return new HookedRun(plan).run(command);
}

/** A hook that fails with a code that means something else for a run fails with this. */
const plainFailure = 1;
/** As a shell says that it can't start a program. */
const cannotStart = 126;

class HookedRun {
  readonly #plan: HookPlan;
  readonly #stop = new AbortController();
  #env: Record<string, string | undefined> = process.env;

  constructor(plan: HookPlan) {
    this.#plan = plan;
  }

  async run(command: readonly string[]): Promise<number> {
    // Who signals this process signals the worker as well: the worker is waited for, a hook is ended at once.
    process.on("SIGTERM", () => this.#stop.abort());
    const plan = this.#plan;
    const isReady = await this.#prepare().catch((error) =>
      this.#say(`it can't be prepared: ${error.message}`),
    );
    if (!isReady) return this.#stop.signal.aborted ? 143 : plainFailure;
    let code = await this.#work(command);
    const isStopped = this.#stop.signal.aborted;
    if (code === 0 && !isStopped && plan.verify !== null && !(await this.#hook("verify", plan.verify)))
      code = plainFailure;
    if (plan.after !== null) await this.#afterwards("after", plan.after);
    if (code === 0 && !isStopped && plan.teardown !== null && (await this.#isOver()))
      await this.#afterwards("teardown", plan.teardown);
    return code;
  }

  /** False: the worker is not to be started. */
  async #prepare(): Promise<boolean> {
    const { isOurs, workspace, repository, link, setup, before, ports, run } = this.#plan;
    if (ports) {
      const base = await holdPorts(run);
      if (base === null) return this.#say("no free ports");
      this.#env = { ...process.env, KANBUN_PORT: String(base), KANBUN_PORTS: String(portsPerRun) };
    }
    if (isOurs && repository !== "") {
      const linked = linkInto(workspace, repository, link);
      if (linked.length > 0) this.#say(`linked ${linked.join(", ")}`);
    }
    if (isOurs && setup !== null && !isSetUp(workspace)) {
      if (!(await this.#hook("setup", setup))) return false;
      markSetUp(workspace);
    }
    return before === null || this.#hook("before", before);
  }

  async #work([program = "", ...args]: readonly string[]): Promise<number> {
    try {
      const child = Bun.spawn(this.#asShimStarts(program, args), {
        env: this.#env,
        stdio: ["inherit", "inherit", "inherit"],
        windowsHide: true,
      });
      await child.exited;
      return exitCodeOf(child);
    } catch (error) {
      this.#say(`the worker could not be started: ${this.#explain(error as Error)}`);
      return cannotStart;
    }
  }

  /** By a shell, which says in the same words why a program can't be run, and runs a script without a first line that names its own. */
  #asShimStarts(program: string, args: readonly string[]): string[] {
    return process.platform === "win32"
      ? [program, ...args]
      : ["/bin/sh", "-c", 'exec "$0" "$@"', program, ...args];
  }

  /** Whether it passed. */
  async #hook(name: string, command: string, signal = this.#stop.signal): Promise<boolean> {
    this.#say(`${name}: ${command}`);
    const { workspace, timeoutMs } = this.#plan;
    try {
      const end = await runHook(command, { cwd: workspace, env: this.#env, timeoutMs, signal });
      if (end.code === 0 && !end.isTimedOut) return true;
      const why = end.isTimedOut ? `it took longer than ${timeoutMs / 1_000} s` : `exit code ${end.code}`;
      return this.#say(`${name} failed: ${why}`);
    } catch (error) {
      return this.#say(`${name} could not be run: ${this.#explain(error as Error)}`);
    }
  }

  /** The system has one word for a missing program and a missing folder, and names the program. */
  #explain({ message }: Error): string {
    const { workspace } = this.#plan;
    return existsSync(workspace) ? message : `its folder is gone: ${workspace}`;
  }

  /** What it comes to changes nothing of how the run ended; also a run that was stopped tidies up, as long as its grace lets it. */
  async #afterwards(name: string, command: string): Promise<void> {
    await this.#hook(name, command, new AbortController().signal);
  }

  /** Whether the task is done, or will be by this run's end. */
  async #isOver(): Promise<boolean> {
    const { KANBUN_TASK: task = "" } = process.env;
    try {
      const child = Bun.spawn(["kanbun", "show", task, "--json"], {
        cwd: "/",
        stdio: ["ignore", "pipe", "inherit"],
      });
      const { data } = (await child.stdout.json()) as {
        readonly data?: { readonly task?: { readonly status?: string } } | null;
      };
      const status = data?.task?.status;
      return status === "done" || (status === "running" && this.#plan.completesOnExit);
    } catch (error) {
      return this.#say(`teardown is left out, for the task could not be read: ${(error as Error).message}`);
    }
  }

  #say(text: string): false {
    process.stderr.write(`[kanbun] ${text}\n`);
    return false;
  }
}
