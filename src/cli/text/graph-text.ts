import { type GraphTask, layOutTree, type TaskGraph } from "../../board/task-graph.ts";
import type { Screen } from "./screen.ts";
import { paintStatus } from "./task-text.ts";
import { columnsOf, cut, visibleLine } from "./visible.ts";

/** The tasks one below another. @param isUpwards what a task waits for stands below it */
export function formatTree(
  graph: TaskGraph,
  { rootId, isUpwards }: { readonly rootId: string | null; readonly isUpwards: boolean },
  screen: Screen,
): string {
  const turned = isUpwards
    ? {
        ...graph,
        links: graph.links.map(({ parentId, childId }) => ({ parentId: childId, childId: parentId })),
      }
    : graph;
  return layOutTree(turned, rootId)
    .map(({ task, goesOn, isRepeated }) => {
      const before = goesOn.map((more, at) =>
        at === goesOn.length - 1 ? (more ? "├─ " : "└─ ") : more ? "│  " : "   ",
      );
      const head = `${before.join("")}${visibleLine(task.id)}  `;
      const after = `  ${isRepeated ? "(see above)" : task.status}`;
      const room = Math.max(12, screen.columns - columnsOf(head) - columnsOf(after));
      const title = cut(visibleLine(task.title), room);
      return `${head}${title}  ${isRepeated ? screen.paint("dim", "(see above)") : paintStatus(task.status as never, screen)}\n`;
    })
    .join("");
}

/** For Mermaid, as Markdown shows it in many places. */
export function formatMermaid({ tasks, links }: TaskGraph): string {
  // Every sign that may mean something is written as its number.
  const label = (text: string) =>
    visibleLine(text).replace(/[^\p{L}\p{N} .,:/-]/gu, (sign) => `#${sign.codePointAt(0)};`);
  return [
    "flowchart TD",
    ...tasks.map((task) => `  ${nodeName(task)}["${label(task.title)}<br>${label(task.status)}"]`),
    ...links.map(
      ({ parentId, childId }) => `  ${nodeName({ id: parentId })} --> ${nodeName({ id: childId })}`,
    ),
    "",
  ].join("\n");
}

/** For Graphviz. */
export function formatDot({ tasks, links }: TaskGraph): string {
  const quoted = (text: string) => `"${visibleLine(text).replace(/[\\"]/g, "\\$&")}"`;
  return [
    "digraph tasks {",
    "  node [shape=box];",
    ...tasks.map(({ id, title, status }) => `  ${quoted(id)} [label=${quoted(`${title} (${status})`)}];`),
    ...links.map(({ parentId, childId }) => `  ${quoted(parentId)} -> ${quoted(childId)};`),
    "}",
    "",
  ].join("\n");
}

/** Another program may have written any id. */
function nodeName({ id }: Pick<GraphTask, "id">): string {
  return id.replace(/\W/gu, (sign) => `_${sign.codePointAt(0)}_`);
}
