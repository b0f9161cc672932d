import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { laterStyles } from "../parts/later-styles.ts";
import { asked } from "../store/ask.ts";
import { named } from "../store/location.ts";
import { menu } from "../store/menu.ts";
import { panel } from "../store/panel.ts";

/** What is shown over or beside a view, each loaded when it is first needed. */
export function Panels() {
  const { board, task } = named.value;
  return (
    <>
      {board !== null && task !== null ? (
        <Lazy key={`${board} ${task}`} load={loads.sheet} props={{ board, task }} />
      ) : null}
      {panel.value === null ? null : <Lazy key={panel.value} load={loads[panel.value]} props={{}} />}
      {asked.value === null ? null : <Lazy load={loads.question} props={{}} />}
      {menu.value === null ? null : <Lazy load={loads.menu} props={{}} />}
    </>
  );
}

/** Asks for the token. */
export function LazyLogin() {
  return <Lazy load={loads.login} props={{}} />;
}

// biome-ignore lint/suspicious/noExplicitAny: each panel's props are typed where it is loaded.
type Any = ComponentType<any>;

const loads = {
  sheet: () => import("../task/task-sheet.tsx").then((module) => module.TaskSheet),
  keys: () => import("../dialogs/key-list.tsx").then((module) => module.KeyList),
  palette: () => import("../dialogs/palette.tsx").then((module) => module.Palette),
  "new-task": () => import("../dialogs/new-task.tsx").then((module) => module.NewTask),
  question: () => import("../dialogs/question-dialog.tsx").then((module) => module.QuestionDialog),
  menu: () => import("./menu-view.tsx").then((module) => module.MenuView),
  login: () => import("./login.tsx").then((module) => module.Login),
} satisfies Readonly<Record<string, () => Promise<Any>>>;

const loaded = new Map<() => Promise<Any>, Any>();

function Lazy({ load, props }: { readonly load: () => Promise<Any>; readonly props: object }) {
  const [, setFound] = useState<Any | null>(null);
  const Found = loaded.get(load);
  useEffect(() => {
    if (loaded.has(load)) return;
    void Promise.all([load(), laterStyles()]).then(([found]) => {
      loaded.set(load, found);
      setFound(() => found);
    });
  }, [load]);
  return Found === undefined ? null : <Found {...props} />;
}
