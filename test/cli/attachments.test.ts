import { expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { attachFiles } from "../../src/home/attachments/attachments.ts";
import { Home } from "../../src/home/session/home.ts";
import { safeName } from "../../src/worker/workspace/kept-file.ts";
import { CommandLine } from "./command-line.ts";

test("files are attached, listed and removed by their number, with their copies", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("task");
  const [a, b] = [join(kanbun.home, "spec.txt"), join(kanbun.home, "b.csv")];
  writeFileSync(a, "the spec");
  writeFileSync(b, "1,2");
  const attached = await kanbun.json(["attach", id, a, b]);
  expect(attached.data.attachments).toMatchObject([
    { filename: "spec.txt", size_bytes: 8, content_type: null },
    { filename: "b.csv", size_bytes: 3 },
  ]);
  const [first] = attached.data.attachments;
  expect(first.stored_path).toBe(join(kanbun.home, "kanban/attachments", id, "spec.txt"));
  writeFileSync(a, "changed");
  expect(readFileSync(first.stored_path, "utf8")).toBe("the spec");
  const again = await kanbun.json([
    "attach",
    id,
    a,
    "--name",
    "../x/spec.txt",
    "--content-type",
    "text/plain",
  ]);
  expect(again.data.attachments).toMatchObject([{ filename: "spec-2.txt", content_type: "text/plain" }]);
  expect(await kanbun.ok("attachments", id)).toContain("spec-2.txt");

  expect((await kanbun.json(["attach-rm", String(first.id)])).data).toMatchObject({
    task_id: id,
    kept: null,
  });
  expect(existsSync(first.stored_path)).toBe(false);
  expect(existsSync(a)).toBe(true);
  expect((await kanbun.json(["attach-rm", String(first.id)])).error?.kind).toBe("not_found");
  await using store = await kanbun.open();
  expect((await store.listEvents({ taskId: id })).map(({ kind }) => kind)).toEqual([
    ...["created", "attached", "attached", "attached", "attachment_removed"],
  ]);
});

test("what is no file, too large or not there is attached by none, and leaves nothing", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("task");
  const good = join(kanbun.home, "good");
  const large = join(kanbun.home, "large");
  writeFileSync(good, "x");
  writeFileSync(large, "");
  truncateSync(large, 25 * 1024 * 1024 + 1);
  await using session = await new Home({ home: kanbun.home, as: "tester" }, {}).open("write");
  for (const [path, words] of [
    [large, /too large: at most 26214400 bytes/],
    [kanbun.home, /is not a file/],
    [join(kanbun.home, "missing"), /cannot read the file/],
    // It is a file, and can't be read.
    ...(process.platform === "linux" ? ([["/proc/self/mem", /EIO/]] as const) : []),
  ] as const)
    await expect(attachFiles(session, id, [good, path])).rejects.toThrow(words);
  expect(readdirSync(join(kanbun.home, "kanban/attachments", id))).toEqual([]);
  expect(await session.store.listAttachments(id)).toEqual([]);
});

test("I8: an attachment whose file lies elsewhere is forgotten, and its file stays", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("task");
  const outside = join(kanbun.home, "mine.txt");
  writeFileSync(outside, "mine");
  const folder = join(kanbun.home, "kanban/attachments", id);
  mkdirSync(folder, { recursive: true });
  symlinkSync(outside, join(folder, "link.txt"));
  const paths = [outside, join(folder, "link.txt"), `${folder}/../../../mine.txt`];
  await using store = await kanbun.open("write");
  const files = paths.map((storedPath) => ({ filename: "f", storedPath, contentType: null, sizeBytes: 4 }));
  const attachments = await store.attachFiles(id, files, { actor: "someone" });
  for (const attachment of attachments) {
    const { data } = await kanbun.json(["attach-rm", String(attachment.id)]);
    expect(data.kept).toMatch(/not in the folder|not a file/);
  }
  expect(readFileSync(outside, "utf8")).toBe("mine");
});

test("names of kept files are safe on every system", () => {
  expect(
    ["/etc/passwd", "..\\..\\x", "a/../b c.txt", ".bashrc", "CON.txt", "..", "a\u202e\u0007.txt", "x. "].map(
      safeName,
    ),
  ).toEqual(["passwd", "x", "b c.txt", "_bashrc", "_CON.txt", "_", "a__.txt", "x"]);
  const long = safeName(`${"漢".repeat(300)}.txt`);
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(200);
  expect(long).toEndWith("漢.txt");
});

test("a worker hands files of its workspace in for review, and they are kept", async () => {
  const kanbun = await CommandLine.init();
  const script = "echo found > report.txt; kanbun request-review --artifact report.txt; exit 0";
  const id = await kanbun.create("work", "--run", script, "--scratch");
  await kanbun.ok("dispatch", "--until-idle");
  await using store = await kanbun.open();
  expect(await store.requireTask(id)).toMatchObject({ status: "review" });
  const [report] = await store.listAttachments(id);
  expect(readFileSync(report?.storedPath ?? "", "utf8")).toBe("found\n");
});
