import type { StorePlace } from "../../src/store/place.ts";
import type { ServerPlace } from "../../src/store/postgres/server-place.ts";

/** A board that programs can be told of: one of a home, or one of a server that a test has started. */
export type RacedPlace = StorePlace | { readonly server: ServerPlace; readonly board: string };

/** A fixture program of test/store/fixtures: it says "ready", waits for the end of its stdin, and goes. */
export interface Program {
  /** Its answer, as JSON, when it has ended by itself. @throws when it failed */
  answer<T>(): Promise<T>;
  go(): void;
  /** To one that reads lines until there are no more. */
  say(line: string): void;
  lines(): AsyncIterable<string>;
  kill(): Promise<void>;
}

const running: Bun.Subprocess[] = [];

export async function startProgram(name: string, ...args: (string | RacedPlace)[]): Promise<Program> {
  const words = args.map((arg) => (typeof arg === "string" ? arg : JSON.stringify(arg)));
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/fixtures/${name}`, ...words], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  running.push(child);
  const lines = readLines(child.stdout);
  const first = await lines.next();
  if (first.value !== "ready") throw new Error(`${name} began with ${JSON.stringify(first.value)}`);
  return {
    go: () => void child.stdin.end(),
    say: (line) => {
      child.stdin.write(`${line}\n`);
      child.stdin.flush();
    },
    lines: () => lines,
    async answer<T>() {
      let last = "";
      for await (const line of lines) last = line;
      if ((await child.exited) !== 0) throw new Error(`${name} ended with ${child.exitCode}`);
      return JSON.parse(last) as T;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** Starts them all, and lets them go together. */
export async function race(programs: readonly Promise<Program>[]): Promise<readonly Program[]> {
  const all = await Promise.all(programs);
  for (const program of all) program.go();
  return all;
}

/** After a test no process of it is left. */
export async function endPrograms(): Promise<void> {
  for (const child of running.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}
