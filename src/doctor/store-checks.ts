import { BoardError } from "../board/error.ts";
import { type Check, CheckOf } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Each store of kanbun.toml: one that can't be asked is a problem of its own, and all others are looked at. */
export async function checkStores({ loadConfig, askStore }: DoctorContext): Promise<readonly Check[]> {
  const asked = [...loadConfig().stores.keys()].map(async (name): Promise<readonly Check[]> => {
    const check = new CheckOf(`store:${name}`);
    try {
      const { summary, flaws } = await askStore(name);
      if (flaws.length === 0) return [check.ok(summary)];
      return flaws.map(({ isSerious, detail, hint }) =>
        isSerious ? check.problem(`${detail}: ${hint}`) : check.warning(`${detail}: ${hint}`),
      );
    } catch (error) {
      const hint = error instanceof BoardError && error.hint !== null ? `: ${error.hint}` : "";
      return [check.problem(`${(error as Error).message}${hint}`)];
    }
  });
  return (await Promise.all(asked)).flat();
}
