import { useState } from "preact/hooks";
import { Mark } from "../ui/mark.tsx";
import { invite, takeInvitationsBack } from "./social-store.ts";

/** A link for a friend: on their wall, images are then chosen for both. */
export function LookTogether() {
  const [link, setLink] = useState<string | null>(null);
  return (
    <section class="rights" aria-label="Look together">
      <h2>Look together</h2>
      <p>Send a friend your link. Their wall is then composed for both of you; your likes and your name stay with you.</p>
      <div class="rights-acts">
        <button type="button" class="wide" data-testid="invite" onClick={() => void invite().then(setLink)}>
          <Mark /> Copy an invitation
        </button>
        <button type="button" class="quiet" data-testid="take-invitations-back" onClick={() => void takeInvitationsBack().then(() => setLink(null))}>
          Take all back
        </button>
      </div>
      {link !== null && <input class="link" type="text" readOnly value={link} aria-label="Your invitation link" data-testid="invitation-link" onFocus={(event) => event.currentTarget.select()} />}
    </section>
  );
}
