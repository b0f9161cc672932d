import { Lazy, type Loader } from "../parts/lazy.tsx";
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

const loads = {
  sheet: () => import("../task/task-sheet.tsx").then((module) => module.TaskSheet),
  keys: () => import("../dialogs/key-list.tsx").then((module) => module.KeyList),
  palette: () => import("../dialogs/palette.tsx").then((module) => module.Palette),
  "new-task": () => import("../dialogs/new-task.tsx").then((module) => module.NewTask),
  question: () => import("../dialogs/question-dialog.tsx").then((module) => module.QuestionDialog),
  menu: () => import("./menu-view.tsx").then((module) => module.MenuView),
  login: () => import("./login.tsx").then((module) => module.Login),
} satisfies Readonly<Record<string, Loader>>;
