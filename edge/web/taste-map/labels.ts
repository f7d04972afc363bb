export interface Label {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The labels that fit, first come first served: none touches an obstacle or one already placed. Boxes are centred on x, y. */
export function fitting(labels: readonly Label[], obstacles: readonly Omit<Label, "text">[]): Label[] {
  const taken = [...obstacles];
  return labels.filter((label) => {
    const free = taken.every((other) => Math.abs(label.x - other.x) * 2 >= label.width + other.width || Math.abs(label.y - other.y) * 2 >= label.height + other.height);
    if (free) taken.push(label);
    return free;
  });
}
