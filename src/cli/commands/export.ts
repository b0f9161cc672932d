import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { type TaskStatus, taskStatuses } from "../../board/task.ts";
import { type Exported, exportBoard } from "../../home/exchange/export-board.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { statusList } from "../input/status-list.ts";
import { LineOutput } from "../text/line-output.ts";

interface ExportOptions {
  readonly output?: string;
  readonly status?: readonly TaskStatus[];
  readonly assignee?: string;
  readonly tenant?: string;
  readonly parent?: string;
  readonly session?: string;
  readonly files?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids (default: all tasks of the board)")
    .option("-o, --output <file>", "write to a file (default: standard output)")
    .option("--status <status,…>", `only tasks in these: ${taskStatuses.join(", ")}`, statusList)
    .option("--assignee <profile>", "only tasks of this profile")
    .option("--tenant <name>", "only tasks of this tenant")
    .option("--parent <task>", "only tasks that wait for this one")
    .option("--session <id>", "only tasks that this session created")
    .option("--files", "with the content of attachments")
    .addHelpText(
      "after",
      "\nOne JSON object per line: each task with its links, runs, comments, history, questions, subscriptions and attachments." +
        "\nNot in it: logs, workspaces, pauses, repeats. `kanbun backup` keeps all that is on the board.",
    )
    .action((tasks: readonly string[], options: ExportOptions) => run(cli, tasks, options));
  addExamples(
    command,
    "kanbun export -o board.jsonl",
    "kanbun export --tenant acme --files | kanbun import - --board acme",
  );
}

async function run(cli: CliContext, texts: readonly string[], options: ExportOptions): Promise<void> {
  const { output, status, assignee, tenant, parent, session: sessionId, files = false } = options;
  if (cli.output.isJson && output === undefined)
    throw new BoardError("usage", "--json needs --output here: the export itself is JSON lines", {
      hint: "leave out --json, or give a file with --output",
    });
  await using session = await cli.open("read");
  const ids = await Promise.all(texts.map((text) => session.taskId(text)));
  const filter = {
    ...(status === undefined ? {} : { statuses: status }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(parent === undefined ? {} : { parentId: await session.taskId(parent) }),
    ...(sessionId === undefined ? {} : { sessionId }),
  };
  const lines = new LineOutput(output ?? null, cli.place.home);
  let exported: Exported;
  try {
    const choice = { filter, withFiles: files, ...(ids.length === 0 ? {} : { ids }) };
    exported = await exportBoard(session, choice, lines.add);
    lines.finish();
  } finally {
    lines.close();
  }
  if (output !== undefined)
    await cli.output.answer({ path: output, ...exported }, () => `${describe(exported)}\n`);
  for (const note of notesOf(exported)) cli.output.note(`note: ${note}`);
}

function describe({ tasks, rows }: Exported): string {
  return `exported ${tasks} ${tasks === 1 ? "task" : "tasks"} (${rows} rows)`;
}

/** So many odd rows are named. */
const namedMax = 10;

function notesOf({ linksLeftOut, tablesLeftOut, filesLeftOut, oddRows }: Exported): string[] {
  const more = oddRows.length - namedMax;
  return [
    ...oddRows
      .slice(0, namedMax)
      .map(({ table, row, reason }) => `row ${row} of ${table} was left out: ${reason}`),
    ...(more > 0 ? [`${more} more rows were left out: \`kanbun doctor\` checks the board`] : []),
    ...(linksLeftOut > 0 ? [`${linksLeftOut} links to tasks that are not in it were left out`] : []),
    ...(filesLeftOut > 0 ? [`the files of ${filesLeftOut} attachments could not be read`] : []),
    ...(tablesLeftOut.length > 0
      ? [`tables of other programs were left out: ${tablesLeftOut.join(", ")}`]
      : []),
  ];
}
