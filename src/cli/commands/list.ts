import type { Command } from "commander";
import { type TaskStatus, taskStatuses } from "../../board/task.ts";
import { type TaskOrder, taskOrders } from "../../store/filters.ts";
import type { BoardStore } from "../../store/store.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { collect, oneOf, wholeNumber } from "../input/option-values.ts";
import { statusList } from "../input/status-list.ts";
import { describeRepeats } from "../text/repeat-text.ts";
import { formatTaskLines, readTaskLines } from "../text/task-lines.ts";

interface ListOptions {
  readonly status?: readonly TaskStatus[];
  readonly assignee?: string;
  readonly tenant?: string;
  readonly parent?: string;
  readonly host?: string;
  readonly label?: readonly string[];
  readonly session?: string;
  readonly workflow?: string;
  readonly step?: string;
  readonly mine?: boolean;
  readonly sort?: TaskOrder;
  readonly limit?: number;
  readonly all?: boolean;
}

/** So many are shown on a terminal; a pipe gets all. */
const shownMax = 50;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--status <status,…>", `only tasks in these: ${taskStatuses.join(", ")}`, statusList)
    .option("--assignee <profile>", "only tasks of this profile")
    .option("--tenant <name>", "only tasks of this tenant")
    .option("--parent <task>", "only tasks that wait for this one")
    .option("--host <name>", "only tasks that ask for this host")
    .option("--label <label>", "only tasks that ask for this label; may be repeated", collect)
    .option("--mine", "only tasks assigned to you or claimed by you (inside a worker: to its profile)")
    .option("--session <id>", "only tasks that this session created")
    .option("--workflow <id>", "only tasks of this workflow template")
    .option("--step <key>", "only tasks at this step of their workflow")
    .option(
      "--sort <order>",
      `${taskOrders.join(", ")} (default: priority, the order of work)`,
      oneOf(taskOrders),
    )
    .option("-n, --limit <n>", "at most n tasks", wholeNumber(1))
    .option("-a, --all", "done and archived tasks too")
    .action(async (options: ListOptions) => {
      const statuses = readStatuses(options);
      const max = await readMax(cli, options.limit);
      const { assignee, tenant, parent, session: sessionId, workflow, step, mine, sort, limit } = options;
      const { host, label: labels } = options;
      await using session = await cli.open("read", undefined, { asActor: mine === true });
      const tasks = await session.store.listTasks({
        ...(statuses === null ? {} : { statuses }),
        ...(assignee === undefined ? {} : { assignee }),
        ...(tenant === undefined ? {} : { tenant }),
        ...(parent === undefined ? {} : { parentId: await session.taskId(parent) }),
        ...(sessionId === undefined ? {} : { sessionId }),
        ...(host === undefined ? {} : { host }),
        ...(labels === undefined ? {} : { labels }),
        ...(workflow === undefined ? {} : { workflowId: workflow }),
        ...(step === undefined ? {} : { stepKey: step }),
        ...(mine ? { of: (cli.env.KANBUN_TASK && cli.env.KANBUN_PROFILE) || session.actor } : {}),
        ...(sort === undefined ? {} : { sort }),
        ...(max === null ? {} : { limit: max }),
      });
      if (cli.output.isJson) return cli.output.answer({ tasks }, () => "");
      const screen = await cli.output.screen();
      const shown = tasks.slice(0, limit ?? (screen.isTerminal ? shownMax : tasks.length));
      const lines = await readTaskLines(session, shown);
      await cli.output.answer({ tasks }, () => formatTaskLines(lines, screen, Date.now()));
      if (shown.length < tasks.length)
        cli.output.note(
          `the first ${shown.length} are shown: more with --limit, or narrow it down with --status`,
        );
      if (tasks.length === 0) cli.output.note(await noteNone(session.store, options));
      const narrowed = [
        options.status,
        assignee,
        tenant,
        parent,
        sessionId,
        workflow,
        step,
        mine,
        host,
        labels,
      ];
      if (!screen.isTerminal || narrowed.some((one) => one !== undefined)) return;
      const repeats = describeRepeats(await session.store.listRepeats(), Date.now());
      if (repeats !== null) cli.output.note(repeats);
    });
  addExamples(
    command,
    "kanbun list --status ready,running",
    "kanbun list --parent t_0123abcd --sort created",
  );
}

/** Open ones unless others are asked for; null for every status there is. */
function readStatuses({ status, all }: ListOptions): readonly TaskStatus[] | null {
  return status ?? (all ? null : taskStatuses.filter((one) => one !== "archived" && one !== "done"));
}

/** One more than is shown, to know whether there is any; null for all. */
async function readMax({ output }: CliContext, limit: number | undefined): Promise<number | null> {
  if (limit !== undefined || output.isJson) return limit ?? null;
  return (await output.screen()).isTerminal ? shownMax + 1 : null;
}

/** An empty answer says what it leaves out. */
async function noteNone(store: BoardStore, { status, all }: ListOptions): Promise<string> {
  if (status !== undefined || all) return "no tasks";
  const { done = 0 } = (await store.getCounts()).byStatus;
  return done === 0 ? "no tasks" : `no open tasks; ${done} done: \`kanbun list --all\``;
}
