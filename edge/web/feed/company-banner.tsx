import { Close } from "../ui/icons.tsx";
import { Mark } from "../ui/mark.tsx";
import { company, companyEnded, leave } from "./company-store.ts";
import { startAgain } from "./feed-store.ts";

/** Says, as long as it is so, that this wall is not the viewer's alone. */
export function CompanyBanner() {
  const ended = companyEnded.value;
  if (company.value === null && ended === null) return null;
  const others = company.value?.split(",").length ?? 0;
  return (
    <div class="company" role="status" data-testid="company">
      {ended === null ? (
        <>
          <Mark />
          <p>
            <em>Looking together</em>
            <span> · this wall is for you and {others === 1 ? "a friend" : `${others} friends`}</span>
          </p>
          <button type="button" class="quiet" data-testid="look-alone" onClick={lookAlone}>
            Look alone
          </button>
        </>
      ) : (
        <>
          <p>{ended}</p>
          <button type="button" class="round plain" aria-label="Close" onClick={() => (companyEnded.value = null)}>
            <Close />
          </button>
        </>
      )}
    </div>
  );
}

function lookAlone(): void {
  leave(null);
  startAgain();
}
