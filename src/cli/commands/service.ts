import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { installService, printService, uninstallService } from "../service/installation.ts";
import { showServiceStatus } from "../service/service-status.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("install")
    .description("Install a service that works on all boards of the home, and start it.")
    .option("--print", "only print what would be written")
    .action(async ({ print = false }: { print?: boolean }) => {
      await (print ? printService(cli) : installService(cli));
    });
  command
    .command("uninstall")
    .description("Stop the service and remove what install wrote; workers go on.")
    .action(async () => uninstallService(cli));
  command
    .command("status")
    .description("Show whether the service is installed, and whether it runs.")
    .action(async () => showServiceStatus(cli));
  addExamples(
    command,
    "kanbun service install --print   what would be written",
    "kanbun service install",
    "kanbun service status",
  );
}
