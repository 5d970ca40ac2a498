// What the operators' page computes.
const ALARM = 0.1;
const ENOUGH = 100;

export function shares(numbers) {
  const sum = numbers.reduce((a, b) => a + b, 0);
  return numbers.map((n) => (sum > 0 ? n / sum : 0));
}

// Ten counts by P(right): how many, and their mean.
export function day(bins) {
  const count = bins.reduce((a, b) => a + b, 0);
  const sum = bins.reduce((a, n, i) => a + n * (i + 0.5) / bins.length, 0);
  return {count, mean: count > 0 ? sum / count : 0};
}

// The last day against the seven before it.
export function drift(beliefs) {
  const names = Object.keys(beliefs).sort();
  const last = names.pop();
  const before = names.slice(-7).map((name) => beliefs[name]);
  if (last === undefined || before.length === 0) return {alarm: false, text: 'Drift: one day is not enough to say.'};
  const sum = before.reduce((a, bins) => a.map((n, i) => n + bins[i]));
  const [now, then] = [day(beliefs[last]), day(sum)];
  const moved = now.mean - then.mean;
  const alarm = Math.abs(moved) > ALARM && now.count >= ENOUGH && then.count >= ENOUGH;
  const percent = (x) => `${(100 * x).toFixed(0)} %`;
  return {alarm, text: `Mean P(right): ${percent(now.mean)} on the last day, ${percent(then.mean)} in the ${before.length} before.`};
}
