import { fileURLToPath } from "node:url";
import { Commanded } from "./commanded.ts";
import type { Wards } from "./wards.ts";

/** Any other program that only holds a lock: says `held`, and stays until its input ends. */
export interface Stranger {
  readonly program: string;
  readonly process: Commanded;
}

/** In Python where there is one, so that it has no line in common with ours. */
export async function startStranger(lockPath: string, wards: Wards): Promise<Stranger> {
  const ofWindows = process.platform === "win32" ? Bun.which("lock-stranger") : null;
  if (ofWindows !== null) return await hold("C, LockFileEx", [ofWindows, "take", lockPath], wards);
  const python = Bun.which("python3");
  const program = python === null ? "native-shims, in another process" : "python3, fcntl.flock";
  const command =
    python === null
      ? [process.execPath, fixturePath("lock-holder.ts"), lockPath]
      : [python, fixturePath("lock-by-flock.py"), lockPath];
  return await hold(program, command, wards);
}

async function hold(program: string, command: string[], wards: Wards): Promise<Stranger> {
  const stranger = new Commanded(command, wards);
  const said = await stranger.readLine();
  if (said !== "held") throw new Error(`${program} could not take the lock: ${said}`);
  return { program, process: stranger };
}

function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
}
