import { interval, pairedDifference } from "../metrics/bootstrap.ts";
import type { Interval } from "../metrics/bootstrap.ts";
import { covered, evenness, overCatalogue } from "../metrics/coverage.ts";
import { figureNames } from "../metrics/measure-viewer.ts";
import type { FigureName, ViewerFigures } from "../metrics/measure-viewer.ts";
import type { Setting } from "../simulation.ts";

export const summaryNames = [...figureNames, "catalogue_covered", "catalogue_evenness"] as const;
export type SummaryName = (typeof summaryNames)[number];
export type ArmSummary = Record<SummaryName, Interval>;

export interface SettingSummary {
  data: string;
  degraded: boolean;
  images: number;
  encoder: Setting["encoder"];
  viewers: number;
  arms: Record<string, ArmSummary>;
  /** Of ours: the arm less ours, viewer by viewer. */
  againstOurs: Record<string, Partial<Record<FigureName, Interval>>>;
  /** Mean likes on a page, by arm. */
  likesByPage: Record<string, number[]>;
}

export function summarise({ data, degraded, images, encoder, arms }: Setting): SettingSummary {
  const ours = arms.get("ours");
  return {
    data, degraded, images, encoder,
    viewers: [...arms.values()][0]?.length ?? 0,
    arms: Object.fromEntries([...arms].map(([name, figures]) => [name, summaryOf(figures, images)])),
    againstOurs: ours === undefined ? {} : Object.fromEntries([...arms].filter(([name]) => name !== "ours").map(([name, figures]) => [name, differences(figures, ours)])),
    likesByPage: Object.fromEntries([...arms].map(([name, figures]) => [name, meanByPage(figures)])),
  };
}

function summaryOf(figures: readonly ViewerFigures[], images: number): ArmSummary {
  const shown = figures.map((one) => one.shown);
  return {
    ...(Object.fromEntries(figureNames.map((name) => [name, interval(column(figures, name))])) as Record<FigureName, Interval>),
    catalogue_covered: overCatalogue(shown, images, covered),
    catalogue_evenness: overCatalogue(shown, images, evenness),
  };
}

function differences(arm: readonly ViewerFigures[], ours: readonly ViewerFigures[]): Record<FigureName, Interval> {
  return Object.fromEntries(figureNames.map((name) => [name, pairedDifference(column(arm, name), column(ours, name))])) as Record<FigureName, Interval>;
}

function column(figures: readonly ViewerFigures[], name: FigureName): (number | undefined)[] {
  return figures.map((one) => one.figures[name]);
}

function meanByPage(figures: readonly ViewerFigures[]): number[] {
  const pages = figures[0]?.likesByPage.length ?? 0;
  return Array.from({ length: pages }, (_, page) => figures.reduce((sum, one) => sum + one.likesByPage[page]!, 0) / figures.length);
}
