/**
 * Words that tell one region from the others: class-based TF-IDF `tf(t,c)·log(1 + A/f(t))`, with the tag's count in the
 * region as share of all its tags, A the mean number of tags a region and f(t) the tag's count over all
 * (M. Grootendorst 2022, BERTopic, §3.3). Counts may be weighted. Gives up to `words` tags a region, the most telling first; of tags that
 * differ in capitals, hyphens and spaces alone (“art deco”, “art-deco”) the first.
 */
export function labelRegions(tagCounts: readonly ReadonlyMap<string, number>[], words = 3): string[][] {
  const overall = new Map<string, number>();
  let everything = 0;
  for (const counts of tagCounts)
    for (const [tag, count] of counts) {
      overall.set(tag, (overall.get(tag) ?? 0) + count);
      everything += count;
    }
  const mean = everything / Math.max(1, tagCounts.length);
  return tagCounts.map((counts) => {
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return [...counts]
      .map(([tag, count]) => ({ tag, weight: (count / total) * Math.log(1 + mean / overall.get(tag)!) }))
      .sort((a, b) => b.weight - a.weight || (a.tag < b.tag ? -1 : 1))
      .filter(({ tag }, place, all) => all.findIndex((other) => asSaid(other.tag) === asSaid(tag)) === place)
      .slice(0, words)
      .map(({ tag }) => tag);
  });
}

const asSaid = (tag: string): string => tag.toLowerCase().replaceAll(/[\s_-]+/g, "");
