import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageCommand } from "../cli/command-line.ts";
import { makeTestHome } from "./home.ts";
import { shortLived } from "./short-lived.ts";

interface Block {
  readonly mark: string;
  readonly text: string;
}

/** What commands of a page were seen to do, beside what the page says. */
export interface Shown {
  /** Of one that the page shows: its line, and what it printed. Of a block that is only run: its exit code, its errors, and where it failed all it said. */
  readonly said: string;
  readonly seen: string;
}

/** The fenced blocks of a page, in their order. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, mark = "", text = ""]) => ({
    mark,
    text,
  }));
}

/**
 * Runs the commands of a page in one folder, in their order: blocks marked `sh`, which must end with 0 and say nothing on
 * standard error, and those marked `console shown`, on a terminal, whose output the page shows. There the ids of the page
 * stand for those that the board gives, and a beginning of one for it.
 */
export async function runPage(page: string): Promise<Shown[]> {
  const home = makeTestHome();
  const folder = join(home, "shop");
  const bin = join(home, "bin");
  mkdirSync(folder);
  mkdirSync(bin);
  // A page may name a repository of its reader's.
  mkdirSync(join(home, "src/shop/.git"), { recursive: true });
  writeFileSync(join(bin, "kanbun"), `#!/bin/sh\nexec ${packageCommand.join(" ")} "$@"\n`);
  // A page may make a profile of an agent, which is there or not; it starts none.
  writeFileSync(join(bin, "claude"), "#!/bin/sh\nexit 1\n");
  for (const name of ["kanbun", "claude"]) chmodSync(join(bin, name), 0o755);
  const env = {
    HOME: home,
    PATH: `${bin}:/usr/bin:/bin`,
    KANBUN_ACTOR: "ada",
    TERM: "dumb",
    NO_COLOR: "1",
    ...shortLived,
  };
  const ids = new Map<string, string>();
  const shown: Shown[] = [];
  for (const { mark, text } of blocksOf(page)) {
    if (mark === "sh") {
      const child = Bun.spawn(["sh", "-eu", "-c", text], { cwd: folder, env, stderr: "pipe" });
      const [code, stderr, stdout] = await Promise.all([
        child.exited,
        child.stderr.text(),
        child.stdout.text(),
      ]);
      // A page may begin without a home: then the first task says where it makes one.
      const seen = `${code} ${stderr.replace(/^made a home for your tasks: .*\n/, "")}${code === 0 ? "" : stdout}`;
      shown.push({ said: "0 ", seen });
    }
    if (mark !== "console shown") continue;
    for (const [, command = "", output = ""] of text.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
      const typed = command.replaceAll("/home/ada", home).replace(/\bt_[0-9a-f]{4,8}\b/g, (start) => {
        const onPage = [...ids.keys()].find((id) => id.startsWith(start));
        return ids.get(onPage ?? "") ?? start;
      });
      const printed = (await runOnTerminal(typed, { cwd: folder, env })).replaceAll(home, "/home/ada");
      const names = printed.match(anyId) ?? [];
      for (const [at, id] of (output.match(anyId) ?? []).entries())
        ids.set(id, ids.get(id) ?? names[at] ?? id);
      const said = new Map([...ids].map(([onPage, real]) => [real, onPage]));
      const seen = printed.replace(anyId, (id) => said.get(id) ?? id);
      shown.push({ said: `$ ${command}\n${output}`, seen: `$ ${command}\n${seen}` });
    }
  }
  return shown;
}

const anyId = /\bt_[0-9a-f]{8}\b/g;

/** What was printed without what is another one each time: times, process ids, numbers of ticks, the width of columns. */
export function timeless(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, "then")
    .replace(/\b\d+(ms|s|m|h)( \d+(ms|s|m|h))*\b/g, "a while")
    .replace(/\bpid \d+/g, "pid")
    .replace(/\bafter \d+ ticks?/g, "after some ticks")
    .replace(/[ \t]+/g, " ")
    .replace(/ $/gm, "");
}

async function runOnTerminal(
  command: string,
  { cwd, env }: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<string> {
  let printed = "";
  const child = Bun.spawn(["sh", "-c", command], {
    cwd,
    env,
    terminal: {
      cols: 100,
      rows: 40,
      data: (_terminal, data) => {
        printed += Buffer.from(data).toString();
      },
    },
  });
  await child.exited;
  child.terminal?.close();
  return printed.replaceAll("\r\n", "\n");
}
