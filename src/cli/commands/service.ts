import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { installService, printService, uninstallService } from "../service/installation.ts";
import { showServiceStatus } from "../service/service-status.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("install")
    .description("Install and start a service that dispatches all boards of the home.")
    .option("--print", "only print the service file")
    .action(async ({ print = false }: { print?: boolean }) => {
      await (print ? printService(cli) : installService(cli));
    });
  command
    .command("uninstall")
    .description("Stop the service and remove its file; workers keep running.")
    .action(async () => uninstallService(cli));
  command
    .command("status")
    .description("Show whether the service is installed and running.")
    .action(async () => showServiceStatus(cli));
  addExamples(
    command,
    "kanbun service install --print   show the service file",
    "kanbun service install",
    "kanbun service status",
  );
}
