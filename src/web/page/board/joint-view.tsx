import BoardView from "./board-view.tsx";

/** All boards of the home in one row of columns. */
export default function JointView() {
  return <BoardView board={null} />;
}
