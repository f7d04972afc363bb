import { render } from "preact";
import { sendWhileLeaving } from "./api/outbox.ts";
import { App } from "./app.tsx";
import { settle } from "./feed/exposure.ts";
import { loadTaste } from "./taste-map/taste-store.ts";
import { listenForKeys } from "./ui/hotkeys.ts";

render(<App />, document.getElementById("root")!);
listenForKeys();
void loadTaste();

/** A page that hides may never come back: what was in view is settled and everything unsent goes out. */
document.addEventListener("visibilitychange", () => {
  settle();
  if (document.hidden) sendWhileLeaving();
});
window.addEventListener("pagehide", () => {
  settle();
  sendWhileLeaving();
});
