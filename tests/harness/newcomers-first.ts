import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Puts the scripted viewers before all others: what they meet must not hang on what other tests' viewers liked. */
export class NewcomersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isFirst = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith("/scripted-viewer.test.ts");
    const sorted = await super.sort(files);
    return [...sorted.filter(isFirst), ...sorted.filter((file) => !isFirst(file))];
  }
}
