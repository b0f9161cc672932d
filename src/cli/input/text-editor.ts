import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { BoardError } from "../../board/error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A text that is being changed in an editor, in a file that no one else can read. */
export class EditedText {
  readonly path: string;

  constructor(name: string, text: string) {
    this.path = join(mkdtempSync(join(tmpdir(), "kanbun-edit-")), name);
    writeFileSync(this.path, text, { mode: 0o600 });
  }

  /** Waits until the editor (VISUAL, EDITOR, else the system's) has ended. @throws {BoardError} usage when it failed */
  async edit(env: Environment): Promise<string> {
    const isWindows = process.platform === "win32";
    const editor = env.VISUAL || env.EDITOR || (isWindows ? "notepad" : "vi");
    // As git does: what is set there is a command line, with its own options.
    const command = isWindows
      ? ["cmd", "/d", "/s", "/c", `${editor} "${this.path}"`]
      : ["sh", "-c", `${editor} "$1"`, "sh", this.path];
    const child = Bun.spawn(command, { stdin: "inherit", stdout: "inherit", stderr: "inherit", env });
    const code = await child.exited;
    if (code === 0) return readFileSync(this.path, "utf8");
    throw new BoardError(
      "usage",
      `the editor ${JSON.stringify(editor)} ended with ${code}: nothing was changed`,
      {
        hint: "choose an editor with EDITOR, or give the fields as options: see `kanbun edit --help`",
      },
    );
  }

  remove(): void {
    rmSync(dirname(this.path), { recursive: true, force: true });
  }
}
