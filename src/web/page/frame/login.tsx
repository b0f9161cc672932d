import { useState } from "preact/hooks";
import { logIn, loginProblem } from "../store/session.ts";

/** Asks for the token. */
export function Login() {
  const [token, setToken] = useState("");
  return (
    <main class="login">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void logIn(token);
        }}
      >
        <h1>Kanbun</h1>
        <p>
          <code>kanbun serve</code> prints an address with a token. Open that, or paste the token here.
        </p>
        <label>
          Token
          <input
            value={token}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        {loginProblem.value ? (
          <p class="problem" role="alert">
            {loginProblem.value}
          </p>
        ) : null}
        <button class="button primary" type="submit">
          Log in
        </button>
      </form>
    </main>
  );
}
