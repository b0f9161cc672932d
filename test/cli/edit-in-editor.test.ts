import { expect, test } from "bun:test";
import { join } from "node:path";
import { homesInMemory } from "../support/place-of-homes.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { CommandLine } from "./command-line.ts";

homesInMemory();

test.skipIf(lacksOnWindows("programs of Linux"))(
  "edit changes a task in an editor, and keeps the text that it refuses",
  async () => {
    const kanbun = await CommandLine.init();
    const id = await kanbun.create("Fix it", "--body", "one\n--two", "--max-runtime", "90m");
    const edit = (editor: string) =>
      kanbun.run(["edit", id, "-e"], { env: { EDITOR: editor, TMPDIR: kanbun.home } });
    expect(await edit("true")).toMatchObject({ code: 0, stdout: `unchanged ${id} "Fix it" (ready)\n` });
    expect(
      await edit(
        "sed -i -e 's/^title: .*/title: Mended/' -e 's/^max_runtime: .*/max_runtime: 2h/' -e 's/^one$/three/'",
      ),
    ).toMatchObject({ code: 0 });
    expect(await kanbun.task(id)).toMatchObject({
      title: "Mended",
      body: "three\n--two",
      maxRuntimeMs: 7_200_000,
    });

    const wrong = await edit("sed -i 's/^priority: .*/priorty: 7/'");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("did you mean priority?")]);
    const [, kept = ""] = /your text is kept in (\S+)/.exec(wrong.stderr) ?? [];
    expect(await Bun.file(kept).text()).toContain("priorty: 7");

    const script = join(kanbun.home, "slow-editor");
    await Bun.write(
      script,
      `sed -i 's/^title: .*/title: Mine/' "$1"; "$KANBUN" "$MAIN" edit ${id} --title Theirs >&2\n`,
    );
    const raced = await kanbun.run(["edit", id, "-e"], {
      env: {
        EDITOR: `sh ${script}`,
        TMPDIR: kanbun.home,
        KANBUN: process.execPath,
        MAIN: join(import.meta.dir, "../../src/cli/main.ts"),
      },
    });
    expect([raced.code, raced.stderr]).toEqual([
      4,
      expect.stringContaining("changed by someone else meanwhile: title"),
    ]);
    expect(raced.stderr).toContain("your text is kept in");
    expect((await kanbun.task(id)).title).toBe("Theirs");
    expect((await edit("false")).code).toBe(2);
  },
);
