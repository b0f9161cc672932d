import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { isReader } from "../store/session.ts";
import { alsoSelected, dragged, moveInto, over, refusal } from "./drag-state.ts";

function makeDraggable(element: HTMLElement, id: string): () => void {
  return draggable({ element, canDrag: () => !isReader(), getInitialData: () => ({ id }) });
}

function makeDropTarget(element: HTMLElement, column: string): () => void {
  return dropTargetForElements({
    element,
    getData: () => ({ column }),
    canDrop: () => refusal(column) === null,
  });
}

function makeScrollable(element: HTMLElement): () => void {
  return autoScrollForElements({ element });
}

/** While the board is shown: knows what is dragged, and makes the move of a drop. */
function watchDrags(): () => void {
  return combine(
    monitorForElements({
      onDragStart: ({ source }) => {
        dragged.value = alsoSelected(String(source.data.id));
      },
      onDropTargetChange: ({ location }) => {
        over.value = (location.current.dropTargets[0]?.data.column as string | undefined) ?? null;
      },
      onDrop: ({ location }) => {
        const column = location.current.dropTargets[0]?.data.column as string | undefined;
        const tasks = dragged.value;
        dragged.value = [];
        over.value = null;
        if (column !== undefined) moveInto(column, tasks);
      },
    }),
  );
}

/** All that needs the library. */
export const drag = { makeDraggable, makeDropTarget, makeScrollable, watchDrags } as const;
