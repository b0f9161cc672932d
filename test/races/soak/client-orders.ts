import { fileURLToPath } from "node:url";

/** What a client process is told, as JSON in its one argument. */
export interface ClientOrders {
  readonly name: string;
  readonly home: string;
  /** Where it writes down each write that was acknowledged, before it makes the next one. */
  readonly acknowledgedPath: string;
  readonly seed: number;
  /** It ends by itself then; Unix milliseconds. */
  readonly untilMs: number;
}

export function clientCommand(orders: ClientOrders): string[] {
  const program = fileURLToPath(import.meta.resolve("./client-program.ts"));
  return [process.execPath, program, JSON.stringify(orders)];
}
