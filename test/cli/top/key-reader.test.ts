import { expect, test } from "bun:test";
import { KeyReader } from "../../../src/cli/top/key-reader.ts";

const esc = "\u001B";
const names = (reader: KeyReader, text: string) =>
  reader.push(Buffer.from(text)).map(({ name, text: typed }) => typed || name);

test("keys are read whole, in whatever pieces a terminal sends them", () => {
  const reader = new KeyReader();
  expect(names(reader, `a${esc}[A${esc}OB${esc}[5~\r\u007F\u0003`)).toEqual([
    "a",
    "up",
    "down",
    "page_up",
    "enter",
    "backspace",
    "ctrl_c",
  ]);
  expect(names(reader, `${esc}[`)).toEqual([]);
  expect(names(reader, "B")).toEqual(["down"]);
  const [first = 0, ...rest] = Buffer.from("東");
  expect(reader.push(Buffer.from([first]))).toEqual([]);
  expect(reader.push(Buffer.from(rest))).toEqual([{ name: "text", text: "東" }]);
});

test("an Escape is one only when nothing follows it", () => {
  const reader = new KeyReader();
  expect(names(reader, esc)).toEqual([]);
  expect(reader.isWaiting).toBe(true);
  expect(reader.flush()).toEqual([{ name: "escape", text: "" }]);
  expect(names(reader, `${esc}x`)).toEqual(["escape", "x"]);
});

test("what is pasted is one key, so that no letter of it is taken for a command", () => {
  const reader = new KeyReader();
  expect(names(reader, `${esc}[200~q\nx`)).toEqual([]);
  expect(reader.push(Buffer.from(`y${esc}[201~q`))).toEqual([
    { name: "paste", text: "q\nxy" },
    { name: "text", text: "q" },
  ]);
});
