import type { Command } from "commander";
import { nearestName } from "../../system/text/nearest-name.ts";

/** Options of other programs, and ours that may stand for them: the first that the command has. */
const otherOptions: readonly (readonly [typed: string, meant: string])[] = [
  ["d desc description content m message", "body text summary reason"],
  ["reason r comment note", "summary note reason body"],
  ["title name", "title name"],
  ["deps dep after depends-on blocked-by needs", "parent"],
  ["s state", "status"],
  ["L max count n lines tail", "limit lines"],
  ["o output format q", "json"],
  ["f force y", "yes force follow"],
  ["C cd cwd working-directory directory dir repo R w", "workspace home"],
  ["delay when start due t", "at"],
  ["c cmd command exec", "run"],
  ["assign agent profile to owner", "assignee profile"],
  ["w loop daemon forever f follow continuous", "watch follow"],
  ["timeout time-limit", "max-runtime timeout"],
  ["retries attempts", "max-retries"],
  ["author user", "mine as"],
  ["A every archived", "all"],
  ["scheduled-at", "at"],
  ["workflow-template-id", "workflow"],
  ["step-key", "step"],
  ["ttl", "lease"],
  ["failure-limit", "max-retries"],
];

/**
 * What was probably meant by an option that a command hasn't.
 * @param typed with its dashes
 * @returns with its dashes; null: nothing is near it
 */
export function meantOption(typed: string, command: Command): string | null {
  const known = command.options.flatMap(({ long }) => (long ? [long.slice(2)] : []));
  const word = typed.replace(/^--?/, "").replace(/=.*$/s, "");
  const meanings = otherOptions.filter(([words]) => words.split(" ").includes(word));
  const meant = meanings.flatMap(([, ones]) => ones.split(" ")).find((one) => known.includes(one));
  const name = meant ?? (word.length > 1 ? nearestName(word, known) : null);
  return name === null ? null : `--${name}`;
}

/** Where another program's option is no option here, by the command it is typed with. */
const remarks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  create: {
    "-t --title --name": 'the title needs no option: `kanbun create "Build it"`',
    "-l --labels --tag --tags --type":
      "tasks are kept apart by boards, and by --tenant; --label asks for a host that has that label",
    "--runs-on --on --node --agent-tag --constraint":
      "ask for a host with --host, or for what it has with --label",
  },
  list: {
    "-l --labels --tag --tags --type": "tasks are kept apart by --tenant: see `kanbun list --tenant shop`",
    "-w --web": "see the board in the browser with `kanbun serve`",
  },
  show: { "-w --web": "see the task in the browser with `kanbun serve`" },
  archive: { "--rm": "did you mean `kanbun delete`?" },
  dispatch: {
    "--once -1": "without an option it is one tick: `kanbun dispatch`",
    "--failure-limit": "for all dispatchers alike it is max_retries in kanbun.toml",
  },
  block: { "--ids": "ids need no option: the tasks first, then the reason" },
};

/** null: nothing is known of it. @param typed with its dashes */
export function remarkOnOption(typed: string, command: Command): string | null {
  const known = Object.entries(remarks[command.name()] ?? {});
  return known.find(([options]) => options.split(" ").includes(typed.replace(/=.*$/s, "")))?.[1] ?? null;
}
