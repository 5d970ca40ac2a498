// The curve of rounds: points with error bars, as SVG.
const NS = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [640, 240, 44, 12, 12, 28];

function node(name, props) {
  const made = document.createElementNS(NS, name);
  Object.entries(props).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function label(text, x, y, anchor) {
  const made = node('text', {x, y, 'text-anchor': anchor});
  made.textContent = text;
  return made;
}

// points: [{x, value, low, high, filled}], in order; values in [0, 1].
export function curve(points, name) {
  const lows = points.flatMap((p) => [p.value, p.low]).filter(Number.isFinite);
  const floor = Math.floor(10 * Math.min(0.5, ...lows)) / 10;
  const x = (i) => LEFT + (points.length === 1 ? 0.5 : i / (points.length - 1)) * (WIDTH - LEFT - RIGHT - 40) + 20;
  const y = (v) => TOP + (1 - (v - floor) / (1 - floor)) * (HEIGHT - TOP - BOTTOM);
  const said = points.map((p) => `round ${p.x}: ${p.value.toFixed(2)}`).join(', ');
  const svg = node('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${name}: ${said}`});
  for (let v = floor; v <= 1.001; v += 0.1) {
    svg.append(node('line', {class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(v), y2: y(v)}), label(v.toFixed(1), LEFT - 8, y(v) + 4, 'end'));
  }
  svg.append(node('polyline', {class: 'curve', points: points.map((p, i) => `${x(i)},${y(p.value)}`).join(' ')}));
  points.forEach((p, i) => {
    if (Number.isFinite(p.low) && Number.isFinite(p.high)) {
      svg.append(node('line', {class: 'bar', x1: x(i), x2: x(i), y1: y(p.low), y2: y(p.high)}));
      [p.low, p.high].forEach((v) => svg.append(node('line', {class: 'bar', x1: x(i) - 5, x2: x(i) + 5, y1: y(v), y2: y(v)})));
    }
    svg.append(node('circle', {cx: x(i), cy: y(p.value), r: 5, class: p.filled ? 'released' : 'not'}), label(p.x, x(i), HEIGHT - 8, 'middle'));
  });
  return svg;
}
