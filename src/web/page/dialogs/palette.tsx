import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { addressOfView } from "../frame/frame-keys.ts";
import { Sign } from "../parts/sign.tsx";
import { views } from "../routes.ts";
import { setPaused, tickNow } from "../store/act.ts";
import { boardPath, call } from "../store/api.ts";
import { boards, readableBoards } from "../store/boards.ts";
import { sorts } from "../store/columns.ts";
import { board, isJoint } from "../store/current.ts";
import { addressOf, go, setQuery } from "../store/location.ts";
import { canNotify, setNotifying } from "../store/notify.ts";
import { panel } from "../store/panel.ts";
import { type Theme, theme } from "../store/preferences.ts";
import { isReader } from "../store/session.ts";
import type { TaskPage } from "../store/wire.ts";
import { Modal } from "./modal.tsx";

interface Entry {
  readonly sign: string;
  readonly title: string;
  readonly note: string;
  readonly run: () => void;
}

const restMs = 120;

/** Finds tasks and commands by their words. */
export function Palette() {
  const [text, setText] = useState("");
  const [tasks, setTasks] = useState<readonly Entry[]>([]);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const commands = useMemo(listCommands, []);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [
    ...commands.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word))).slice(0, 8),
    ...tasks,
  ];
  useEffect(() => {
    setAt(0);
    if (text.trim() === "") return setTasks([]);
    const timer = setTimeout(async () => setTasks(await findTasks(text.trim())), restMs);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
  const choose = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    panel.value = null;
    queueMicrotask(entry.run);
  };
  return (
    <Modal title="Find a task or a command" name="palette">
      <input
        type="text"
        role="combobox"
        aria-label="Task or command"
        aria-expanded={true}
        aria-controls="found"
        aria-activedescendant={found.length === 0 ? undefined : `found-${at}`}
        placeholder="Task or command"
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
          else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
          else if (event.key === "Enter") choose(found[at]);
          else return;
          event.preventDefault();
        }}
      />
      <div class="found" id="found" role="listbox" aria-label="Found" ref={list} tabIndex={-1}>
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys.
          <div
            key={`${entry.title} ${entry.note}`}
            id={`found-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onClick={() => choose(entry)}
          >
            <Sign of={entry.sign} />
            <span>{entry.title}</span>
            <small>{entry.note}</small>
          </div>
        ))}
      </div>
    </Modal>
  );
}

async function findTasks(text: string): Promise<readonly Entry[]> {
  const slugs = isJoint.peek() ? readableBoards() : [board.peek() ?? ""];
  try {
    const query = new URLSearchParams({ q: text, limit: "12", sort: "updated" });
    const pages = await Promise.all(
      slugs.map(async (of) => {
        const { tasks } = await call<TaskPage>("GET", `${boardPath(of, "tasks")}?${query}`);
        return tasks.map(({ id, title, status }) => ({
          ...{ sign: status, title, note: slugs.length === 1 ? id : `${of} ${id}` },
          run: () => go(addressOf(of, `/t/${id}`)),
        }));
      }),
    );
    return pages.flat();
  } catch {
    return []; // the bar above tells of a lost connection
  }
}

function listCommands(): Entry[] {
  const command = (sign: string, title: string, run: () => void, note = ""): Entry => ({
    sign,
    title,
    note,
    run,
  });
  const full = isReader()
    ? []
    : [
        command(
          "plus",
          "New task",
          () => {
            panel.value = "new-task";
          },
          "c",
        ),
        command("running", "Tick now", () => void tickNow(), "t"),
        command("scheduled", "Pause the board", () => void setPaused(true)),
        command("ready", "Resume the board", () => void setPaused(false)),
      ];
  return [
    ...full,
    ...views.map(({ title, path, key }) =>
      command("right", `Go to ${title}`, () => go(addressOfView(path)), `g ${key}`),
    ),
    ...boards
      .peek()
      .map(({ slug, name }) => command("columns", `Board ${name || slug}`, () => go(addressOf(slug)), slug)),
    ...sorts.map((sort) =>
      command("down", `Sort by ${sort}`, () => setQuery({ sort: sort === "priority" ? null : sort })),
    ),
    command("archived", "Show the archived too", () =>
      setQuery({ columns: "triage,todo,ready,running,blocked,review,done,archived" }),
    ),
    command("columns", "Show the usual columns", () => setQuery({ columns: null })),
    ...(["system", "light", "dark"] as const).map((name: Theme) =>
      command(name, `Theme: ${name}`, () => {
        theme.value = name;
      }),
    ),
    command(
      "search",
      "Keys",
      () => {
        panel.value = "keys";
      },
      "?",
    ),
    ...(canNotify()
      ? [
          command("blocked", "Tell me in the browser when something needs me", () => void setNotifying(true)),
          command("blocked", "Tell me nothing in the browser", () => void setNotifying(false)),
        ]
      : []),
  ];
}
