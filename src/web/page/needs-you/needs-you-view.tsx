/** What only a person can move on, on all boards of the home. */
export default function NeedsYouView() {
  return <h1>Needs you</h1>;
}
