import { Database } from "bun:sqlite";
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { openBoard } from "../../../src/store/sqlite/open.ts";
import { type BoardPaths, boardPaths } from "../../../src/system/home/board-paths.ts";
import type { Arena } from "../orphan-repro/arena.ts";
import type { Random } from "../orphan-repro/random.ts";
import { pickWork } from "../orphan-repro/workload.ts";

const slug = "faulty";
const stranger = 12_345;

/** What another program writes into a row; some of it the schema lets through. */
const oddities = [
  "workspace_kind = 'cellar'",
  "title = x'fe00ff'",
  "max_retries = 'many'",
  "status = 'somewhere'",
  "priority = 'first'",
  "created_at = 99999999999",
  "assignee = '../../racer'",
] as const;

/** Takes back what would keep a folder from being removed, also where a round of the soak did not come to its end. */
export function unprotect(folder: string): void {
  if (Bun.which("chattr") !== null) Bun.spawnSync(["chattr", "-R", "-f", "-i", folder], { stderr: "ignore" });
}

/** A board beside a sound one, on which things are broken that no dispatcher has broken. */
export class FaultyBoard {
  readonly #paths: BoardPaths;
  readonly #random: Random;
  faults = 0;

  private constructor(home: string, random: Random) {
    this.#paths = boardPaths(home, slug);
    this.#random = random;
  }

  static async make(arena: Arena, random: Random): Promise<FaultyBoard> {
    const board = new FaultyBoard(arena.home, random);
    await board.addTask();
    return board;
  }

  async addTask(): Promise<void> {
    const { database, initLock } = this.#paths;
    await using store = await openBoard({
      path: database,
      initLockPath: initLock,
      clock: systemClock,
      mode: existsSync(database) ? "write" : "create",
    });
    await store.createTask(pickWork(this.#random), { actor: "soak" });
  }

  /** Breaks one thing, or nothing where it isn't there just now. */
  breakSomething(): void {
    const faults = [this.#writeOddRow, this.#spoilRun, this.#giveAway, this.#protect];
    try {
      this.#random.pick(faults).call(this);
      this.faults++;
    } catch {
      // What was to be broken went away in between, or may not be broken by this user.
    }
  }

  /** Takes back what would keep the home from being removed. */
  end(): void {
    unprotect(this.#paths.workspaces);
  }

  #writeOddRow(): void {
    using database = new Database(this.#paths.database);
    database.run("PRAGMA busy_timeout = 1000");
    const oddity = this.#random.pick(oddities);
    database.run(`UPDATE tasks SET ${oddity} WHERE id = (SELECT id FROM tasks ORDER BY random() LIMIT 1)`);
  }

  /** Something else where a run's files should be. */
  #spoilRun(): void {
    const path = join(this.#pickFolder(this.#paths.runs), this.#random.pick(["start", "exit", "output.log"]));
    rmSync(path, { recursive: true, force: true });
    const put = this.#random.pick([
      () => mkdirSync(path),
      () => symlinkSync(path, path),
      () => void Bun.spawnSync(["mkfifo", path]),
      () => writeFileSync(path, "\0\n".repeat(500)),
    ]);
    put();
  }

  #giveAway(): void {
    chownSync(this.#pickFolder(this.#paths.runs), stranger, stranger);
  }

  /** A file in a scratch folder that not even root removes. */
  #protect(): void {
    const path = join(this.#pickFolder(this.#paths.workspaces), "kept");
    writeFileSync(path, "");
    Bun.spawnSync(["chattr", "+i", path], { stderr: "ignore" });
  }

  #pickFolder(parent: string): string {
    return join(parent, this.#random.pick(readdirSync(parent)));
  }
}
