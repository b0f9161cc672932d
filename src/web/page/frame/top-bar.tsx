import { Sign } from "../parts/sign.tsx";
import { viewAt, views } from "../routes.ts";
import { boards } from "../store/boards.ts";
import { board, isJoint } from "../store/current.ts";
import { addressOf, go, place } from "../store/location.ts";
import { needsYou } from "../store/needs.ts";
import { panel } from "../store/panel.ts";
import { nextTheme, theme } from "../store/preferences.ts";
import { isReader } from "../store/session.ts";
import { DispatcherState } from "./dispatcher-state.tsx";
import { FilterButton } from "./filter-button.tsx";
import { SearchField } from "./search-field.tsx";

/** The entry that chooses all boards. */
const shownViews = views.filter(({ id }) => id !== "all");

function isAt(id: string): boolean {
  const now = viewAt(place.value.path)?.id;
  return now === id || (now === "all" && id === "board");
}

/** Which board, which view, what is looked for, and whether all of it is live. */
export function TopBar() {
  return (
    <header class="top-bar">
      <BoardChooser />
      <nav class="views" aria-label="Views">
        {shownViews.map(({ id, path, title }) => (
          <a
            key={id}
            href={path.replace(":board", encodeURIComponent(board.value ?? ""))}
            aria-current={isAt(id) ? "page" : undefined}
          >
            {title}
            {id === "needs-you" && needsYou.value > 0 ? <b class="badge">{needsYou.value}</b> : null}
          </a>
        ))}
      </nav>
      <SearchField />
      <FilterButton />
      {isReader() ? null : (
        <button
          type="button"
          class="button primary new"
          onClick={() => {
            panel.value = "new-task";
          }}
        >
          <Sign of="plus" />
          <span>New task</span>
        </button>
      )}
      <DispatcherState />
      <button
        type="button"
        class="icon-button theme-button"
        onClick={nextTheme}
        aria-label={`Theme: ${theme.value}`}
        title={`Theme: ${theme.value}`}
      >
        <Sign of={theme.value} />
      </button>
    </header>
  );
}

/** No board has such a slug. */
const all = "*";

function BoardChooser() {
  const known = boards.value;
  const now = isJoint.value ? all : (board.value ?? "");
  return (
    <label class="board-chooser">
      <svg class="logo" viewBox="0 0 20 20" aria-hidden="true">
        <path d="M2 3h4v14H2zM8 3h4v9H8zM14 3h4v5h-4z" />
      </svg>
      <span class="visually-hidden">Board</span>
      <select
        value={now}
        onChange={({ currentTarget: { value } }) => go(value === all ? "/all" : addressOf(value))}
      >
        {known.length > 1 ? <option value={all}>All boards</option> : null}
        {now === all || known.some(({ slug }) => slug === now) ? null : <option value={now}>{now}</option>}
        {known.map(({ slug, name, tasks }) => (
          <option key={slug} value={slug}>
            {name || slug}
            {tasks === null ? " (can't be opened)" : ""}
          </option>
        ))}
      </select>
    </label>
  );
}
