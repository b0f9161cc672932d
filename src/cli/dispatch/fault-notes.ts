import { faultsOf, type TickReport } from "../../dispatcher/report/report.ts";
import type { CliContext } from "../input/command.ts";

/** Says on standard error what is wrong with whole boards or the home, each once, and ends the command with 1 for it. */
export function noteFaults(cli: CliContext, reports: readonly TickReport[]): void {
  const faults = new Set(reports.flatMap((report) => faultsOf(report).map(({ detail }) => detail)));
  if (faults.size > 0) cli.setExitCode(1);
  for (const fault of faults) cli.output.note(`kanbun: ${fault}`);
}
