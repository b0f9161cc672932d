import type { Command } from "commander";
import { describeStoreSetup, listStores } from "../../home/stores/stores.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("list")
    .description("List the stores of kanbun.toml, and the boards that they keep.")
    .action(async () => {
      const stores = await listStores(cli.home);
      await cli.output.answer({ stores }, (screen) =>
        formatTable(
          stores.map(({ name, url, boards, problem }) => [
            name,
            visibleLine(url),
            visibleLine(problem ?? (boards?.join(", ") || "no boards yet")),
          ]),
          screen,
          { head: ["store", "address", "boards"] },
        ),
      );
      if (stores.some(({ problem }) => problem !== null))
        cli.output.note(`hint: \`${cli.output.typed("kanbun doctor")}\` says what to do`);
      if (stores.length === 0)
        cli.output.note(`no store: add [stores.<name>] to ${cli.place.home}/kanbun.toml`);
    });
  command
    .command("init")
    .description("Print the SQL that lets a store be used, for psql. Changes nothing.")
    .argument("[name]", "the store of kanbun.toml (default: the only one)")
    .action(async (name?: string) => {
      const setup = describeStoreSetup(cli.home, name ?? null);
      await cli.output.answer(setup, () => setup.sql);
    });
  addExamples(command, "kanbun store list", "kanbun store init team | psql -h db.example -U postgres");
}
