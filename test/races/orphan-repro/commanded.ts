import { identifyProcess, type ProcessRef } from "../../../native-shims/index.ts";
import type { TickReport } from "../../../src/dispatcher/report/report.ts";
import { commandedCommand } from "./dispatcher-orders.ts";
import type { Wards } from "./wards.ts";

/** A process that answers each line with a line. */
export class Commanded {
  readonly ref: ProcessRef;
  readonly #child: Bun.Subprocess<"pipe", "pipe", "inherit">;
  readonly #output: AsyncIterator<string>;
  #unread = "";

  constructor(command: readonly string[], wards: Wards) {
    this.#child = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    const ref = identifyProcess(this.#child.pid);
    if (ref === null) throw new Error(`${command[0]} ended at once`);
    this.ref = ref;
    wards.add(ref);
  }

  static dispatcher(home: string, wards: Wards): Commanded {
    return new Commanded(commandedCommand(home), wards);
  }

  async tick(): Promise<TickReport> {
    return JSON.parse(await this.ask("tick"));
  }

  async ask(order: string): Promise<string> {
    this.#child.stdin.write(`${order}\n`);
    this.#child.stdin.flush();
    return this.readLine();
  }

  async readLine(): Promise<string> {
    while (!this.#unread.includes("\n")) {
      const { value, done } = await this.#output.next();
      if (done) throw new Error(`process ${this.ref.pid} ended without an answer`);
      this.#unread += value;
    }
    const end = this.#unread.indexOf("\n");
    const line = this.#unread.slice(0, end);
    this.#unread = this.#unread.slice(end + 1);
    return line;
  }

  /** Ends its input, upon which it ends. */
  async leave(): Promise<void> {
    await this.#child.stdin.end();
    await this.#child.exited;
  }
}
