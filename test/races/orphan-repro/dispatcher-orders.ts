import { fileURLToPath } from "node:url";
import type { UnrestOrders } from "../soak/unrest.ts";

/** What a dispatcher process of the race is told, as JSON in its one argument. */
export interface DispatcherOrders {
  readonly name: string;
  readonly home: string;
  readonly ticksPath: string;
  readonly onlyClosePath: string;
  /** `none`: a lock that excludes no one. */
  readonly lock: "kernel" | "none";
  /** How often it stops itself before a transaction, and between a claim and its spawns: [0, 1]. */
  readonly gapRate: number;
  /** Where it stops itself the first time that it comes there; until then it claims even while others only close. */
  readonly overtakenBefore: "claim" | "spawn" | null;
  /** What it rests between two ticks: where it is to leave the others something to do. */
  readonly restMs: number;
  /** null: none of that. */
  readonly unrest: UnrestOrders | null;
  readonly seed: number;
  /** It ends by itself then, whatever became of those who should end it; Unix milliseconds. */
  readonly untilMs: number;
}

export function dispatcherCommand(orders: DispatcherOrders): string[] {
  return [process.execPath, programPath("./dispatcher-program.ts"), JSON.stringify(orders)];
}

/** A service that starts this dispatcher, says its pid in one line, and does nothing more. */
export function serviceCommand(orders: DispatcherOrders): string[] {
  return [process.execPath, programPath("./service-program.ts"), ...dispatcherCommand(orders)];
}

/** A resident dispatcher of a standalone executable, which tells its ticks in JSON. */
export function executableCommand(executable: string, home: string): string[] {
  return [executable, "dispatch", "--watch", "--json", "--home", home];
}

/** A dispatcher of the home that does what it is told line by line, see `commanded-program.ts`. */
export function commandedCommand(home: string): string[] {
  return [process.execPath, programPath("./commanded-program.ts"), home];
}

function programPath(name: string): string {
  return fileURLToPath(import.meta.resolve(name));
}
