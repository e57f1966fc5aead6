export interface Sample {
  /** Milliseconds since the soak began. */
  readonly at: number;
  readonly rssMb: number;
  /** Lines written and not yet taken in. */
  readonly lag: number;
  readonly answerMs: number;
}

/** Least squares. */
export function slopePerHour(samples: readonly Sample[], value: (sample: Sample) => number): number {
  const count = samples.length;
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / count;
  const mean = samples.reduce((sum, each) => sum + value(each), 0) / count;
  const covariance = samples.reduce((sum, each) => sum + (each.at - meanAt) * (value(each) - mean), 0);
  const variance = samples.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  return variance === 0 ? 0 : (covariance / variance) * 3_600_000;
}

const [WIDTH, HEIGHT, GAP] = [720, 120, 40];

/** Memory, lag and the time of an answer over the soak, each from zero to its most. */
export function svgOf(samples: readonly Sample[]): string {
  const rows = [
    { name: 'memory (RSS), MB', value: ({ rssMb }: Sample) => rssMb },
    { name: 'lines not yet taken in', value: ({ lag }: Sample) => lag },
    { name: 'time of an answer, ms', value: ({ answerMs }: Sample) => answerMs },
  ].map((row, index) => chart(samples, row.name, row.value, index * (HEIGHT + GAP)));
  const height = rows.length * (HEIGHT + GAP);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">${rows.join('')}</svg>\n`;
}

function chart(
  samples: readonly Sample[],
  name: string,
  value: (sample: Sample) => number,
  top: number,
): string {
  const most = Math.max(...samples.map(value), 1);
  const end = samples.at(-1)?.at ?? 1;
  const points = samples.map((each) => {
    const x = (each.at / end) * WIDTH;
    const y = top + GAP + HEIGHT - 20 - (value(each) / most) * (HEIGHT - 20);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const title = `<text x="0" y="${top + GAP - 14}">${name}; at most ${Math.round(most)}; ${Math.round(end / 60_000)} minutes</text>`;
  return `${title}<polyline fill="none" stroke="#2a6" stroke-width="1" points="${points.join(' ')}"/>`;
}
