import { expect, test } from "bun:test";
import { hintForUnknown } from "../../src/cli/input/meant-command.ts";
import { otherRemarks, otherWords } from "../../src/cli/input/other-words.ts";
import { statusVerbs } from "../../src/cli/input/status-words.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { CommandLine, forAll } from "./command-line.ts";

homesInMemory();

test("whoever types a word of another program is told what to type here, with what was typed after it", () => {
  const cases: [typed: string, meant: string][] = [
    ["restart t_0123", "kanbun retry t_0123"],
    ["ready", "kanbun list --status ready"],
    ["follow t_0123", "kanbun log --follow t_0123"],
    ["issue list", "kanbun list"],
    ["kanban create Build", "kanbun create Build"],
    ["tasks", "kanbun list"],
    ["task close t_0123", "kanbun complete t_0123"],
    ["move t_0123 review", "kanbun request-review t_0123"],
    ["move t_0123 in_progress", "kanbun claim t_0123"],
    ["close t_0123 --reason fixed", "kanbun complete"],
    ["t_0123abcd", "kanbun show t_0123abcd"],
    ["lst", "kanbun list"],
  ];
  for (const [typed, meant] of cases) {
    const [name = "", ...words] = typed.split(" ");
    expect([typed, hintForUnknown(name, words)]).toEqual([typed, `did you mean \`${meant}\`?`]);
  }
  expect(hintForUnknown("say", ["t_0123", "it's"])).toBe("did you mean `kanbun comment t_0123 'it'\\''s'`?");
  expect(hintForUnknown("parallel", ["3"])).toContain("max_in_progress");
  expect(hintForUnknown("xyzzy", [])).toBe("see `kanbun --help`");
});

test("each command that is suggested for another program's word is there, and has the options it is suggested with", async () => {
  const kanbun = new CommandLine();
  const named = [...otherRemarks.values()].flatMap((text) => text.match(/(?<=`kanbun )[^`]*/g) ?? []);
  const all = new Set([...otherWords.values(), ...statusVerbs.values(), ...named]);
  await forAll([...all], async (words) => {
    const typed = words.replace(/ ?…/, "").split(" ");
    const { code, stderr } = await kanbun.run([...typed, "--help"]);
    expect([words, code, stderr]).toEqual([words, 0, ""]);
    const help = await kanbun.ok(...typed.filter((word) => !word.startsWith("-")), "--help");
    for (const option of typed.filter((word) => word.startsWith("--"))) expect(help).toContain(option);
  });
});

test("`boards` alone lists boards, and `boards ls`, `add` and `delete` are list, create and rm", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.ok("boards", "add", "shop");
  expect(await kanbun.ok("boards")).toBe(await kanbun.ok("boards", "list"));
  expect((await kanbun.json(["boards", "delete", "shop"])).data.slug).toBe("shop");
  expect((await kanbun.json(["boards", "ls"])).data.boards).toHaveLength(1);
  expect(await kanbun.ok("version")).toBe(await kanbun.ok("--version"));
});

test("`tail` takes the task as its argument, as well as by --task", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("one");
  await kanbun.create("two");
  expect(await kanbun.ok("tail", id)).toBe(await kanbun.ok("tail", "--task", id));
  expect((await kanbun.ok("tail", id)).trim().split("\n")).toHaveLength(1);
});
