import { unknownProfileNote } from "../../home/profiles/unknown-profile.ts";
import type { CliContext } from "../input/command.ts";
import { visibleLine } from "./visible.ts";

/** Remarks that no profile has this name, if that is so. */
export async function noteUnknownProfile(cli: CliContext, assignee: string | null): Promise<void> {
  if (cli.output.isJson) return;
  const note = await unknownProfileNote(cli.home, assignee);
  if (note !== null) cli.output.note(`note: ${visibleLine(note)}`);
}
