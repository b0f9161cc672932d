import { expect, test } from "bun:test";
import { join } from "node:path";
import { CommandLine, forAll } from "./command-line.ts";

const esc = String.fromCharCode(27);
const bell = String.fromCharCode(7);
const csi = String.fromCharCode(0x9b);
const override = "\u202E";

test("no text of a user reaches people raw: escapes, controls and turned text are spelled out", async () => {
  const kanbun = await CommandLine.init();
  const hostile = `red ${esc}[31m${bell}\nsecond\rline ${csi}2J ${override}txt.exe`;
  const id = await kanbun.create(hostile, "--body", hostile, "--assignee", hostile, "--tenant", hostile);
  await kanbun.ok("comment", id, hostile);
  await kanbun.ok("assign", id, hostile);
  await kanbun.ok("claim", id, "--as", hostile);
  await kanbun.ok("complete", id, "--summary", hostile, "--result", hostile, "--as", hostile);
  const child = await kanbun.create("child", "--parent", id);
  await kanbun.ok("block", child, hostile);
  const reads = [
    ["list"],
    ["show", id],
    ["show", child],
    ["runs", id],
    ["events", id],
    ["tail"],
    ["explain", child],
  ];
  await forAll([...reads, ["assignees"]], async (read) => {
    const { stdout, stderr } = await kanbun.run(read);
    for (const raw of [esc, bell, csi, override, "\r"])
      expect([read, (stdout + stderr).includes(raw)]).toEqual([read, false]);
  });
  const [, line = ""] = (await kanbun.ok("list")).split("\n");
  expect(line).toEndWith("red \\u{1b}[31m\\u{7}\\nsecond\\rline \\u{9b}2J \\u{202e}txt.exe");
  const { stderr } = await kanbun.run([hostile]);
  expect(stderr).not.toContain(esc);
  const json = await kanbun.run(["show", id, "--json"]);
  expect(JSON.parse(json.stdout).data.task.title).toBe(hostile);
  for (const raw of [esc, csi, override]) expect(json.stdout).not.toContain(raw);
});

test("a line end in a name begins no line of a remark", async () => {
  const kanbun = new CommandLine();
  const evil = join(kanbun.home, "evil\n  hint: run this\u001B[2J");
  const { stderr } = await kanbun.run(["init", "--user"], { env: { KANBUN_HOME: evil } });
  expect(stderr).toContain("wins where --home is not given: ");
  expect(stderr).toContain("evil\\n  hint: run this\\u{1b}[2J");
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
});

test("quotes, newlines, emoji, $(…) and a byte order mark come back as they went in", async () => {
  const kanbun = await CommandLine.init();
  const texts = [
    `'"\`$(touch /tmp/never)\`; rm -rf ~ & | > < \\ %s {body}`,
    "one\n\n  two\t\n\r\nthree\n",
    "👨‍👩‍👧 🇨🇭 é ß 漢字 שלום",
    "\uFEFFmarked",
    "-n --json",
  ];
  await forAll(texts, async (text) => {
    const id = await kanbun.create("--", text).catch(() => "");
    expect([text, (await kanbun.task(id)).title]).toEqual([text, text]);
    const ran = await kanbun.run(["create", "x", "--body-file", "-"], { stdin: text });
    expect((await kanbun.json(["show", ran.stdout.trim()])).data.task.body).toBe(text);
  });
});

test("an option's value is a value, even when it looks like an option", async () => {
  const kanbun = await CommandLine.init();
  expect((await kanbun.task(await kanbun.create("x", "--body", "--json"))).body).toBe("--json");
});

test("a body of 1 MB comes back byte for byte, from a file and from standard input", async () => {
  const kanbun = await CommandLine.init();
  const body = "a line of text with ünïcödé 🌙 and 'quotes'\n".repeat(21_000);
  expect(Buffer.byteLength(body)).toBeGreaterThan(1_000_000);
  const file = join(kanbun.home, "..", "body.md");
  await Bun.write(file, body);
  const fromFile = await kanbun.create("x", "--body-file", file);
  const fromInput = await kanbun.run(["create", "x", "--body-file", "-"], { stdin: body });
  for (const id of [fromFile, fromInput.stdout.trim()]) {
    const { data } = await kanbun.json(["show", id]);
    expect(Bun.hash(data.task.body)).toBe(Bun.hash(body));
  }
});

test("an output whose reader has gone ends quietly", async () => {
  const kanbun = await CommandLine.init();
  const body = "x".repeat(2_000_000);
  await kanbun.run(["create", "x", "--body-file", "-"], { stdin: body });
  const child = kanbun.spawn(["list", "--json"]);
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  expect(await child.exited).toBe(0);
  expect(await child.stderr.text()).toBe("");
});
