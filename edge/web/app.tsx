import { useEffect } from "preact/hooks";
import { CompanyBanner } from "./feed/company-banner.tsx";
import { cover } from "./feed/exposure.ts";
import { Lightbox } from "./feed/lightbox.tsx";
import { MoodBar } from "./feed/mood-bar.tsx";
import { Wall } from "./feed/wall.tsx";
import { WhyPopover } from "./feed/why-popover.tsx";
import { SearchHead } from "./search/search-head.tsx";
import { lookedFor } from "./search/search-store.ts";
import { TasteLens } from "./taste-map/taste-lens.tsx";
import { TastePanel } from "./taste-map/taste-panel.tsx";
import { Header } from "./ui/header.tsx";
import { helpOpen, HelpSheet } from "./ui/help-sheet.tsx";
import { route } from "./ui/route.ts";
import { StatusLine } from "./ui/status-line.tsx";
import { Toasts } from "./ui/toasts.tsx";
import { PickThree } from "./welcome/pick-three.tsx";

/** The wall, what may lie over it, and what must stay in reach above both. */
export function App() {
  const { taste, imageId } = route.value;
  const help = helpOpen.value;
  const searching = lookedFor.value !== null;
  const covered = taste || imageId !== null || help;
  useEffect(() => {
    cover(covered);
    document.documentElement.classList.toggle("covered", taste || imageId !== null);
  }, [covered, taste, imageId]);
  return (
    <>
      <div class="page" inert={covered}>
        <a class="skip" href="#wall" onClick={skip}>
          Skip to the images
        </a>
        <Header />
        <main>
          <h1 class="unseen">MiraVeja: images for your taste</h1>
          {searching ? (
            <SearchHead />
          ) : (
            <>
              <CompanyBanner />
              <MoodBar />
              <PickThree />
            </>
          )}
          <Wall key={searching ? "search" : "feed"} />
        </main>
        <TasteLens />
      </div>
      {taste && <TastePanel covered={imageId !== null || help} />}
      {imageId !== null && <Lightbox imageId={imageId} covered={help} />}
      {help && <HelpSheet />}
      <WhyPopover />
      <StatusLine />
      <Toasts />
    </>
  );
}

/** The address holds what lies over the wall, so skipping moves the focus without changing it. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("a.look")?.focus();
}
