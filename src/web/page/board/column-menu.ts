import { type Column, columnsQuery, shownColumns } from "../store/columns.ts";
import { setQuery } from "../store/location.ts";
import { type MenuItem, openMenu } from "../store/menu.ts";

/** What is done to a column, beside the button of its head. */
export function openColumnMenu({ id, title }: Column, button: HTMLElement): void {
  openMenu(`Column ${title}`, menuOf(id), button);
}

function menuOf(id: string): MenuItem[] {
  const shown = shownColumns.peek().map((column) => column.id);
  const at = shown.indexOf(id);
  const show = (ids: readonly string[]) => setQuery({ columns: columnsQuery(ids) });
  const swapped = (by: number) => {
    const ids = shown.filter((one) => one !== id);
    ids.splice(at + by, 0, id);
    return ids;
  };
  return [
    { title: "Hide this column", run: () => show(shown.filter((one) => one !== id)) },
    ...(at === 0 ? [] : [{ title: "Move it left", run: () => show(swapped(-1)) }]),
    ...(at === shown.length - 1 ? [] : [{ title: "Move it right", run: () => show(swapped(1)) }]),
    { title: "Show only this column", run: () => show([id]) },
    { title: "All columns, in their usual order", isFirst: true, run: () => setQuery({ columns: null }) },
  ];
}
