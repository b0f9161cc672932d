import type { Command } from "commander";
import {
  type FencedHost,
  fenceHost,
  type ListedHost,
  listHosts,
  requireHost,
  requireSilentHost,
} from "../../home/stores/hosts.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { confirm } from "../input/confirmation.ts";
import { countHosts, describeHost, formatHosts, listHostFacts } from "../text/host-text.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("list", { isDefault: true })
    .description("List the machines that dispatch the boards of this home's stores, and what each runs.")
    .action(() => list(cli));
  command
    .command("show")
    .description("Show all about one of them: its profiles, labels, boards, and every task that it runs.")
    .argument("<host>", "its name, or the beginning of its id")
    .action(async (name: string) => {
      const host = await requireHost(cli.home, name);
      await cli.output.answer(host, (screen) => formatTable(listHostFacts(host), screen));
    });
  command
    .command("fence")
    .description(
      "Give away what a host runs that is gone for good. Its runs end as reclaimed, and their tasks are ready again.",
    )
    .argument("<host>", "its name, or the beginning of its id")
    .option("-y, --yes", "do not ask whether it is gone")
    .action((name: string, { yes }: { readonly yes?: boolean }) => fence(cli, name, yes === true));
  command
    .command("rm")
    .description(
      "Take a host off the list that has no runs and is silent. `kanbun gc` does so with old ones.",
    )
    .argument("<host>", "its name, or the beginning of its id")
    .action(async (name: string) => {
      const { removeHost } = await import("../../home/stores/host-removal.ts");
      const removed = await removeHost(cli.home, await requireSilentHost(cli.home, name));
      await cli.output.answer(removed, () => `removed ${visibleLine(removed.machine)} (${removed.id})\n`);
    });
  addExamples(command, "kanbun hosts", "kanbun hosts show north", "kanbun hosts fence north");
}

async function list(cli: CliContext): Promise<void> {
  const listed = await listHosts(cli.home);
  const { hosts, unread, isLocal } = listed;
  await cli.output.answer(listed, (screen) => formatHosts(hosts, screen));
  for (const { store, problem } of unread) cli.output.note(`kanbun: store ${store}: ${problem}`);
  if (unread.length > 0) {
    cli.output.note(`  hint: \`${cli.output.typed("kanbun doctor")}\` says what to do`);
    cli.setExitCode(1);
  }
  if (hosts.length > 1)
    cli.output.note(`${countHosts(hosts)} (* is this home); more: \`kanbun hosts show ${hosts[0]?.id}\``);
  if (hosts.length > 0 || unread.length > 0) return;
  cli.output.note(
    isLocal
      ? "this home has no store: its boards are files of this machine, and this machine alone dispatches them"
      : "no machine has dispatched a board of a store yet",
  );
}

async function fence(cli: CliContext, name: string, isSure: boolean): Promise<void> {
  const host = await requireSilentHost(cli.home, name);
  if (!isSure && !(await confirm(question(host), cli.output))) {
    cli.output.note("nothing was changed");
    cli.setExitCode(1);
    return;
  }
  const fenced = await fenceHost(cli.home, host);
  await cli.output.answer(fenced, () => describeFence(fenced));
  for (const { board, error } of fenced.failed) cli.output.note(`kanbun: ${board}: ${error.message}`);
  if (fenced.failed.length > 0) {
    cli.setExitCode(1);
    cli.output.note(`repeat \`kanbun hosts fence ${host.id}\` for what is left`);
  }
}

function question(host: ListedHost): string {
  const { running } = host;
  const tasks = running.slice(0, 5).map(({ taskId, title }) => `  ${taskId} ${title}`);
  const more = running.length > 5 ? [`  and ${running.length - 5} more`] : [];
  return [
    `${describeHost(host)}. It has ${running.length === 1 ? "1 run" : `${running.length} runs`}:`,
    ...(running.length === 0 ? ["  none"] : [...tasks, ...more]),
    "Where one of its workers is still alive, two would be at one task. Is it gone, and every worker of it?",
  ].join("\n");
}

function describeFence({ host, given }: FencedHost): string {
  const ready = given.filter(({ wasOpen }) => wasOpen);
  const ended = given.length - ready.length;
  const lines = [
    `fenced ${host.machine} (${host.id}): what it says under epoch ${host.epoch} counts no more`,
    ...ready.map(
      ({ board, taskId, runId }) => `${taskId} on ${board} is ready again (run ${runId} reclaimed)`,
    ),
    ...(ended === 0 ? [] : [`${ended} ended runs are no longer waited for`]),
    ...(given.length === 0 ? ["it had no runs"] : []),
  ];
  return lines.map((line) => `${visibleLine(line)}\n`).join("");
}
