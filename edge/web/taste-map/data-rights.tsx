import { useState } from "preact/hooks";
import { ApiFailure, call } from "../api/client.ts";
import { outbox } from "../api/outbox.ts";
import { forgetSession, savedSession } from "../api/session.ts";
import { forgetMarks } from "../feed/acts.ts";
import { startAgain } from "../feed/feed-store.ts";
import { Download } from "../ui/icons.tsx";
import { closeTop } from "../ui/route.ts";
import { say } from "../ui/toast-store.ts";
import { welcomeAnew } from "../welcome/welcome-store.ts";
import { loadTaste, taste } from "./taste-store.ts";

/** Everything kept about the viewer, to take away or to erase. */
export function DataRights() {
  const [sure, setSure] = useState(false);
  return (
    <section class="rights" aria-label="Your data">
      <h2>Your data</h2>
      <p>Your likes, settings and taste belong to you. Take them along, or have every trace removed.</p>
      <div class="rights-acts">
        <button type="button" class="wide" data-testid="export" onClick={() => void takeAway()}>
          <Download /> Export
        </button>
        {sure ? (
          <span class="confirm" role="group" aria-label="Erase everything?">
            <button type="button" class="wide danger" data-testid="erase-confirm" onClick={() => void erase().then(() => setSure(false))}>
              Erase everything
            </button>
            <button type="button" class="quiet" onClick={() => setSure(false)}>
              Keep it
            </button>
          </span>
        ) : (
          <button type="button" class="quiet danger" data-testid="erase" onClick={() => setSure(true)}>
            Erase me…
          </button>
        )}
      </div>
    </section>
  );
}

async function takeAway(): Promise<void> {
  try {
    await outbox.flush();
    const everything = await call<unknown>("GET", "/v1/me/export");
    const url = URL.createObjectURL(new Blob([JSON.stringify(everything, null, 2)], { type: "application/json" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: "miraveja-export.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch {
    say("The export did not come; please try again");
  }
}

async function erase(): Promise<void> {
  const token = savedSession()?.token;
  try {
    await call("DELETE", "/v1/me");
  } catch (error) {
    if (!(error instanceof ApiFailure && error.code === "viewer.erased")) return say("You were not erased; please try again");
  }
  outbox.forget();
  if (token !== undefined) forgetSession(token);
  forgetMarks();
  taste.value = null;
  closeTop();
  startAgain();
  welcomeAnew();
  say("Everything about you is erased; you are new here");
  void loadTaste();
}
