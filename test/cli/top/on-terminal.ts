import { eventually } from "../../support/eventually.ts";
import { type CommandLine, mainPath } from "../command-line.ts";

/** A command on a terminal of its own. */
export class OnTerminal implements Disposable {
  output = "";
  readonly child: Bun.Subprocess;

  constructor(kanbun: CommandLine, args: readonly string[], env: Record<string, string> = {}) {
    this.child = Bun.spawn([process.execPath, mainPath, ...args], {
      env: {
        PATH: process.env.PATH ?? "",
        HOME: kanbun.home,
        KANBUN_HOME: kanbun.home,
        TERM: "xterm",
        ...env,
      },
      terminal: {
        cols: 80,
        rows: 24,
        data: (_terminal, data) => {
          this.output += Buffer.from(data).toString();
        },
      },
    });
  }

  type(text: string): void {
    this.child.terminal?.write(text);
  }

  /** Until this was shown since the last time. */
  async shows(text: string): Promise<void> {
    await eventually(`shows ${JSON.stringify(text)}: ${this.output.slice(-2_000)}`, () =>
      this.output.includes(text),
    );
    this.output = this.output.slice(this.output.indexOf(text));
  }

  [Symbol.dispose](): void {
    this.child.kill("SIGKILL");
    this.child.terminal?.close();
  }
}
