import type { Command } from "commander";
import { type TaskStatus, taskStatuses } from "../../board/task.ts";
import { type TaskOrder, taskOrders } from "../../store/filters.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { oneOf, wholeNumber } from "../input/option-values.ts";
import { statusList } from "../input/status-list.ts";
import { formatTasks } from "../text/task-text.ts";

interface ListOptions {
  readonly status?: readonly TaskStatus[];
  readonly assignee?: string;
  readonly tenant?: string;
  readonly parent?: string;
  readonly session?: string;
  readonly workflow?: string;
  readonly step?: string;
  readonly mine?: boolean;
  readonly sort?: TaskOrder;
  readonly limit?: number;
  readonly all?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--status <status,…>", `only tasks in these: ${taskStatuses.join(", ")}`, statusList)
    .option("--assignee <profile>", "only tasks of this profile")
    .option("--tenant <name>", "only tasks of this tenant")
    .option("--parent <task>", "only tasks that wait for this one")
    .option("--mine", "only tasks assigned to you or claimed by you (inside a worker: to its profile)")
    .option("--session <id>", "only tasks that this session created")
    .option("--workflow <id>", "only tasks of this workflow template")
    .option("--step <key>", "only tasks at this step of their workflow")
    .option(
      "--sort <order>",
      `${taskOrders.join(", ")} (default: priority, the order of work)`,
      oneOf(taskOrders),
    )
    .option("--limit <n>", "at most n tasks", wholeNumber(1))
    .option("--all", "include archived tasks")
    .action(async (options: ListOptions) => {
      const statuses = readStatuses(options);
      const { assignee, tenant, parent, session: sessionId, workflow, step, mine, sort, limit } = options;
      await using session = await cli.open("read", undefined, { asActor: mine === true });
      const tasks = await session.store.listTasks({
        ...(statuses === null ? {} : { statuses }),
        ...(assignee === undefined ? {} : { assignee }),
        ...(tenant === undefined ? {} : { tenant }),
        ...(parent === undefined ? {} : { parentId: await session.taskId(parent) }),
        ...(sessionId === undefined ? {} : { sessionId }),
        ...(workflow === undefined ? {} : { workflowId: workflow }),
        ...(step === undefined ? {} : { stepKey: step }),
        ...(mine ? { of: (cli.env.KANBUN_TASK && cli.env.KANBUN_PROFILE) || session.actor } : {}),
        ...(sort === undefined ? {} : { sort }),
        ...(limit === undefined ? {} : { limit }),
      });
      await cli.output.answer({ tasks }, (screen) => formatTasks(tasks, screen, Date.now()));
      if (tasks.length === 0) cli.output.note("no tasks");
    });
  addExamples(
    command,
    "kanbun list --status ready,running",
    "kanbun list --parent t_0123abcd --sort created",
  );
}

/** null for every status there is. */
function readStatuses({ status, all }: ListOptions): readonly TaskStatus[] | null {
  return status ?? (all ? null : taskStatuses.filter((one) => one !== "archived"));
}
