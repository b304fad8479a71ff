/* Draws the charts of a report: each from the JSON in its figure, by uPlot. Nothing is fetched. */
(() => {
"use strict";

const HEIGHT = 260, LOW = 190, PRINTED_WIDTH = 640, DASHES = { "": [], long: [9, 4], short: [3, 3], mixed: [10, 3, 3, 3] }, POINT = 4;
const words = JSON.parse(document.getElementById("chart-words").textContent);
const groups = new Map();
const drawn = [];
let onPaper = false;

/* Colours come from the page's style, so that charts follow its scheme; on paper they are the light ones. */
const paper = document.body.appendChild(Object.assign(document.createElement("i"), { className: "on-paper", hidden: true }));
const css = name => getComputedStyle(onPaper ? paper : document.documentElement).getPropertyValue(name).trim();
const colour = n => css(`--series-${n % 6}`);

/* Numbers as the rest of the page writes them. */
const THIN = "\u202f", DASH = "—";
const grouped = (value, digits) => value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
const plain = value => Math.abs(value) >= 100 ? grouped(value, 0) : String(+value.toPrecision(3));
const UNITS = {
  ms: value => `${Math.abs(value) >= 100 ? grouped(value, 0) : value.toFixed(1)} ms`,
  "ms/s": value => `${value.toFixed(1)} ms/s`,
  share: value => `${(value * 100).toFixed(value && Math.abs(value) < .01 ? 2 : 1)} %`,
  bytes: value => `${grouped(value / 2 ** 20, 1)} MiB`,
  "": plain,
};
const TICKS = { ms: plain, "ms/s": plain, share: value => `${+(value * 100).toPrecision(3)} %`, bytes: value => grouped(value / 2 ** 20, 0), "": plain };
const clock = s => {
  const whole = Math.round(s), two = n => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
};

/* Shapes, so that no series is told by its colour alone. */
const SHAPES = {
  circle: (path, x, y, r) => path.moveTo(x + r, y) || path.arc(x, y, r, 0, 2 * Math.PI),
  square: (path, x, y, r) => path.rect(x - r * .9, y - r * .9, 1.8 * r, 1.8 * r),
  triangle: (path, x, y, r) => { path.moveTo(x, y - 1.15 * r); path.lineTo(x + r, y + .8 * r); path.lineTo(x - r, y + .8 * r); path.closePath(); },
  diamond: (path, x, y, r) => { path.moveTo(x, y - 1.3 * r); path.lineTo(x + 1.1 * r, y); path.lineTo(x, y + 1.3 * r); path.lineTo(x - 1.1 * r, y); path.closePath(); },
  cross: (path, x, y, r) => { path.moveTo(x - r, y - r); path.lineTo(x + r, y + r); path.moveTo(x + r, y - r); path.lineTo(x - r, y + r); },
};

function pointsOf(line) {
  const shape = SHAPES[line.shape || "circle"];
  return {
    show: (u, series, from, to) => line.shape !== "" || isolated(u.data[series]),
    size: 2 * POINT,
    paths: (u, series, from, to, kept) => {
      const path = new Path2D(), r = POINT * devicePixelRatio, values = u.data[series];
      const places = kept ?? Array.from({ length: to - from + 1 }, (_, n) => from + n);
      for (const place of places)
        if (values[place] != null && (!line.dense || alone(values, place)))
          shape(path, u.valToPos(u.data[0][place], "x", true), u.valToPos(values[place], "y", true), r);
      return { stroke: path, fill: line.shape === "cross" ? null : path, clip: null, flags: 3 };
    },
  };
}
/* A value between two gaps is a point or nothing. Places where only other series have a value are undefined. */
function alone(values, place) {
  const next = step => { let at = place + step; while (values[at] === undefined && at >= 0 && at < values.length) at += step; return values[at]; };
  return next(-1) == null && next(1) == null;
}
const isolated = values => values.some((value, place) => value != null && alone(values, place));

/* Against streams: a line through the middle of what was measured at the same place, broken where nothing was. */
function middle(u, series, from, to) {
  const path = new Path2D(), at = u.data[0], values = u.data[series];
  let joined = false;
  for (let place = from; place <= to;) {
    const here = [], x = at[place];
    let own = false;
    for (; place <= to && at[place] === x; place++) {
      own ||= values[place] !== undefined;
      if (values[place] != null) here.push(values[place]);
    }
    if (here.length) {
      const y = u.valToPos((Math.min(...here) + Math.max(...here)) / 2, "y", true);
      path[joined ? "lineTo" : "moveTo"](u.valToPos(x, "x", true), y);
      joined = true;
    } else if (own) joined = false;
  }
  return { stroke: path, fill: null, clip: null, flags: 1 };
}

function aligned(chart) {
  if (chart.tables.length === 1) return [chart.tables[0].at, ...chart.tables[0].lines.map(line => line.values)];
  /* Values at the same place are kept apart, so that a number of streams that was measured twice shows twice. */
  const slots = new Map();
  const keyed = chart.tables.map(table => {
    const seen = new Map();
    return table.at.map(at => {
      const n = seen.get(at) ?? 0;
      seen.set(at, n + 1);
      slots.set(`${at}|${n}`, [at, n]);
      return `${at}|${n}`;
    });
  });
  const order = [...slots.entries()].sort(([, a], [, b]) => a[0] - b[0] || a[1] - b[1]);
  const place = new Map(order.map(([key], n) => [key, n]));
  const data = [order.map(([, [at]]) => at)];
  chart.tables.forEach((table, t) => table.lines.forEach(line => {
    const values = new Array(order.length).fill(undefined), notes = [];
    table.at.forEach((_, n) => {
      values[place.get(keyed[t][n])] = line.values[n];
      notes[place.get(keyed[t][n])] = line.notes[n];
    });
    line.notes = notes;
    data.push(values);
  }));
  return data;
}

function draw({ figure, chart }, _, all) {
  const box = figure.querySelector(".canvas");
  const lines = chart.tables.flatMap(table => table.lines);
  for (const line of lines) line.dense = line.values.length > 80;
  /* Charts of a group begin and end together. */
  const places = (chart.group ? all.filter(other => other.chart.group === chart.group) : [{ chart }])
    .flatMap(other => other.chart.tables.flatMap(table => [table.at[0], table.at.at(-1)]));
  const data = aligned(chart), limits = chart.limits.map(limit => ({ ...limit, show: true }));
  const first = Math.min(...places), last = Math.max(...places), pad = chart.time ? 0 : Math.max((last - first) * .04, .5);
  const whole = [chart.time ? Math.min(first, 0) : Math.max(0, first - pad), last + pad];
  let inside = false;
  /* Charts that are read one below the other are low. */
  const height = chart.group ? LOW : HEIGHT;
  box.style.minHeight = `${height}px`;

  const highest = Math.max(0, ...lines.flatMap(line => line.high));
  const axis = more => ({
    stroke: () => css("--muted"), size: 30, font: `12px ${css("--sans")}`, labelFont: `12px ${css("--sans")}`, labelSize: 18, labelGap: 0,
    grid: { stroke: () => css("--line"), width: 1 }, ticks: { stroke: () => css("--line"), width: 1, size: 4 }, ...more,
  });
  const u = new uPlot({
    width: box.clientWidth, height, padding: [chart.bands.length || chart.marks.length ? 22 : 10, 20, 0, 0],
    legend: { show: false },
    cursor: {
      y: false, drag: { x: true, y: false },
      points: { size: 10, width: 2, fill: () => css("--card") },
      ...(chart.group && { sync: { key: chart.group, setSeries: false } }),
    },
    scales: {
      x: { time: false, range: (_, low, high) => low == null || low === data[0][0] && high === data[0].at(-1) ? whole : [low, high] },
      y: { range: (_, low, high) => {
        const top = Math.max(high ?? 0, highest, ...limits.filter(limit => limit.show).map(limit => limit.at)), bottom = Math.min(low ?? 0, 0);
        return [bottom * 1.08, top > 0 ? top * 1.08 : bottom < 0 ? 0 : 1];
      } },
    },
    axes: [
      axis({ label: chart.x, values: (_, splits) => splits.map(at => chart.time ? clock(at) : Number.isInteger(at) ? plain(at) : ""), space: 56,
        ...(chart.time && { incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800] }) }),
      axis({ label: chart.y, size: 58, values: (_, splits) => splits.map(TICKS[chart.unit]),
        ...(chart.unit === "bytes" && { incrs: Array.from({ length: 36 }, (_, n) => [1, 2, 5].map(m => m * 10 ** (n - 2) * 2 ** 20)).flat() }) }),
    ],
    series: [{}, ...lines.map(line => ({
      label: line.name, stroke: () => colour(line.colour), width: line.joined ? 2 : 0, dash: DASHES[line.dash],
      spanGaps: false, points: { ...pointsOf(line), stroke: () => colour(line.colour), fill: () => colour(line.colour), width: line.shape === "cross" ? 2.5 : 1 },
      ...(line.joined ? !chart.time && { paths: middle } : { paths: () => null }),
    }))],
    hooks: {
      drawClear: [u => bands(u, chart)],
      drawSeries: [(u, series) => whiskers(u, series, lines[series - 1])],
      draw: [u => levels(u, chart, limits)],
      setCursor: [u => read(u.cursor.idx)],
      setScale: [(u, key) => { if (key === "x") zoomed(); }],
    },
  }, data, box);

  legend();
  const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  u.over.append(tip);

  /* What every shown series has at a place of the x axis, beside the pointer; the same as one line of text. */
  function read(place) {
    const rows = place == null ? [] : lines.flatMap((line, n) => {
      const places = u.series[n + 1].show ? nearest(n + 1, place, data[0][place]) : [];
      return places.length ? [[line, [...new Set(places.map(p => shown(n, p)))].join(" · ")]] : [];
    });
    tip.hidden = rows.length === 0;
    if (tip.hidden) return "";
    const at = chart.time ? clock(data[0][place]) : `${chart.x} ${plain(data[0][place])}`;
    tip.replaceChildren(Object.assign(document.createElement("b"), { textContent: at }), ...rows.map(([line, value]) => {
      const row = document.createElement("span");
      row.append(sample(line), `${line.name} `, Object.assign(document.createElement("b"), { textContent: value }));
      return row;
    }));
    const left = u.valToPos(data[0][place], "x"), right = left > u.over.clientWidth / 2;
    tip.style.left = right ? "auto" : `${left + 12}px`;
    tip.style.right = right ? `${u.over.clientWidth - left + 12}px` : "auto";
    return `${at}: ${rows.map(([line, value]) => `${line.name} ${value}`).join(", ")}`;
  }
  function shown(n, p) {
    const value = data[n + 1][p], { low, high, notes } = lines[n];
    if (value == null) return `${DASH} ${notes[p] ?? words.gap}`;
    const text = UNITS[chart.unit](value);
    return low[p] == null ? text : `${text} (${UNITS[chart.unit](low[p])} – ${UNITS[chart.unit](high[p])})`;
  }
  /* All that a series has at this place; where it has nothing of its own there, nothing is said. */
  function nearest(series, place, at) {
    let from = place;
    while (from > 0 && data[0][from - 1] === at) from--;
    const places = [];
    for (let p = from; data[0][p] === at; p++) if (data[series][p] !== undefined) places.push(p);
    return places.some(p => data[series][p] != null) ? places.filter(p => data[series][p] != null) : places;
  }

  function legend() {
    const box = figure.querySelector(".keys");
    const item = (name, swatch, on, change) => {
      const label = document.createElement("label"), input = document.createElement("input"), text = document.createElement("span");
      input.type = "checkbox"; input.checked = on; input.addEventListener("change", () => change(input.checked));
      text.textContent = name;
      label.append(input, swatch, text);
      box.append(label);
    };
    lines.forEach((line, n) => item(line.name, sample(line), true, show => u.setSeries(n + 1, { show })));
    for (const limit of limits)
      item(limit.name, sample(null), true, show => { limit.show = show; u.redraw(false); u.setData(data, false); rescale(); });
    const tools = figure.querySelector(".tools");
    for (const [sign, name, action] of [["+", words.zoom_in, () => zoom(.5)], ["−", words.zoom_out, () => zoom(2)], [words.whole_sign, words.whole, () => zoom(0)]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign, title: name });
      button.setAttribute("aria-label", name);
      button.addEventListener("click", action);
      tools.append(button);
    }
  }

  function rescale() { const { min, max } = u.scales.x; u.setScale("x", { min, max }); }
  function zoom(factor) {
    const place = u.cursor.idx, { min, max } = u.scales.x, middle = place == null ? (min + max) / 2 : data[0][place];
    const half = (max - min) / 2 * factor;
    const from = Math.max(whole[0], middle - half), to = Math.min(whole[1], middle + half);
    u.setScale("x", factor && to - from < whole[1] - whole[0] ? { min: from, max: to } : { min: whole[0], max: whole[1] });
    if (place != null) move(place);
  }
  function zoomed() {
    if (inside || !chart.group) return;
    const { min, max } = u.scales.x;
    for (const other of groups.get(chart.group) ?? []) if (other.u !== u) other.follow(min, max);
  }
  function follow(min, max) { inside = true; u.setScale("x", { min, max }); inside = false; }

  box.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const factor = { "+": .5, "=": .5, "-": 2, 0: 0, Escape: 0 }[event.key];
    if (factor !== undefined) zoom(factor);
    else if (event.key === "Home" || event.key === "End") move(event.key === "Home" ? 0 : data[0].length - 1);
    else if (step) move(u.cursor.idx == null ? (step > 0 ? 0 : data[0].length - 1) : beside(u.cursor.idx, step));
    else return;
    event.preventDefault();
  });
  function beside(place, step) {
    let next = place + step;
    while (data[0][next] === data[0][place]) next += step;
    return Math.min(Math.max(next, 0), data[0].length - 1);
  }
  function move(place) {
    u.setCursor({ left: u.valToPos(data[0][place], "x"), top: 0 });
    figure.querySelector("[aria-live]").textContent = read(place);
  }

  const self = { u, box, follow, size: width => u.setSize({ width, height }) };
  if (chart.group) groups.set(chart.group, [...(groups.get(chart.group) ?? []), self]);
  drawn.push(self);
  new ResizeObserver(() => { if (!onPaper && box.clientWidth && box.clientWidth !== u.width) self.size(box.clientWidth); }).observe(box);
}

/* The sign of a series in the legend: its dash, its shape, its colour. */
function sample(line) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), path = { d: "", moveTo(x, y) { this.d += `M${x} ${y}`; }, lineTo(x, y) { this.d += `L${x} ${y}`; },
    closePath() { this.d += "Z"; }, rect(x, y, w, h) { this.d += `M${x} ${y}h${w}v${h}h${-w}Z`; },
    arc(x, y, r) { this.d = `M${x + r} ${y}A${r} ${r} 0 1 1 ${x - r} ${y}A${r} ${r} 0 1 1 ${x + r} ${y}`; } };
  svg.setAttribute("viewBox", "0 0 28 12");
  svg.setAttribute("aria-hidden", "true");
  const add = (tag, attributes) => { const part = document.createElementNS(svg.namespaceURI, tag); for (const key in attributes) part.setAttribute(key, attributes[key]); svg.append(part); };
  const look = line ? `color: var(--series-${line.colour % 6})` : "color: var(--fail)";
  svg.setAttribute("style", look);
  if (!line || line.joined) add("path", { d: "M0 6H28", stroke: "currentColor", "stroke-width": line ? 2 : 1.5, "stroke-dasharray": line ? DASHES[line.dash].join(" ") : "6 3", fill: "none" });
  if (line?.shape) {
    SHAPES[line.shape](path, 14, 6, 4);
    add("path", { d: path.d, stroke: "currentColor", "stroke-width": line.shape === "cross" ? 2.2 : 1, fill: line.shape === "cross" ? "none" : "currentColor" });
  }
  return svg;
}

/* Stretches of the x axis, with their names on top where there is room. */
function bands(u, chart) {
  const { ctx, bbox } = u, px = devicePixelRatio;
  ctx.save();
  ctx.beginPath(); ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height); ctx.clip();
  ctx.font = `${11 * px}px ${css("--sans")}`;
  ctx.textAlign = "center";
  for (const band of chart.bands) {
    const left = u.valToPos(band.begins, "x", true), width = Math.max(u.valToPos(band.ends, "x", true) - left, 2 * px);
    ctx.fillStyle = css(`--${band.tone}`);
    ctx.globalAlpha = .08;
    ctx.fillRect(left, bbox.top, width, bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillStyle = css("--muted");
    if (chart.time && ctx.measureText(band.name).width < width) ctx.fillText(band.name, left + width / 2, bbox.top - 6 * px);
  }
  ctx.restore();
}

/* The interval of each value of a series. */
function whiskers(u, series, line) {
  if (!line?.low.length || !u.series[series].show) return;
  const { ctx, bbox } = u, px = devicePixelRatio, half = 4 * px;
  ctx.save();
  ctx.beginPath(); ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height); ctx.clip();
  ctx.strokeStyle = colour(line.colour);
  ctx.lineWidth = 1.5 * px;
  ctx.beginPath();
  line.low.forEach((low, place) => {
    if (low == null) return;
    const x = u.valToPos(u.data[0][place], "x", true), y0 = u.valToPos(low, "y", true), y1 = u.valToPos(line.high[place], "y", true);
    ctx.moveTo(x, y0); ctx.lineTo(x, y1);
    for (const y of [y0, y1]) { ctx.moveTo(x - half, y); ctx.lineTo(x + half, y); }
  });
  ctx.stroke();
  ctx.restore();
}

/* What has a name: objectives across, places such as the knee upright. */
function levels(u, chart, limits) {
  const { ctx, bbox } = u, px = devicePixelRatio, right = bbox.left + bbox.width;
  ctx.save();
  ctx.beginPath(); ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height); ctx.clip();
  ctx.font = `${11 * px}px ${css("--sans")}`;
  ctx.lineWidth = 1.5 * px;
  ctx.setLineDash([6 * px, 3 * px]);
  ctx.strokeStyle = ctx.fillStyle = css("--fail");
  ctx.textAlign = "right";
  for (const limit of limits.filter(limit => limit.show)) {
    const y = u.valToPos(limit.at, "y", true);
    ctx.beginPath(); ctx.moveTo(bbox.left, y); ctx.lineTo(right, y); ctx.stroke();
    named(ctx, limit.name, right - 4 * px, y - 4 * px);
  }
  ctx.strokeStyle = ctx.fillStyle = css("--ink");
  let taken = -Infinity;
  for (const mark of [...chart.marks].sort((a, b) => a.at - b.at)) {
    const x = u.valToPos(mark.at, "x", true), width = ctx.measureText(mark.name).width;
    if (x < bbox.left || x > right) continue;
    ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
    const from = Math.min(Math.max(x - width / 2, bbox.left, taken), right - width);
    ctx.textAlign = "left";
    named(ctx, mark.name, from, bbox.top - 6 * px);
    taken = from + width + 8 * px;
  }
  ctx.restore();
}

/* A name that stays readable above what is drawn already. */
function named(ctx, name, x, y) {
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.lineJoin = "round";
  ctx.strokeStyle = css("--paper");
  ctx.strokeText(name, x, y);
  ctx.fillText(name, x, y);
  ctx.restore();
}

function again() { for (const { u } of drawn) u.redraw(false, true); }

[...document.querySelectorAll("figure.chart")]
  .map(figure => ({ figure, chart: JSON.parse(figure.querySelector("script").textContent) }))
  .forEach(draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
addEventListener("beforeprint", () => { onPaper = true; for (const one of drawn) one.size(PRINTED_WIDTH); again(); });
addEventListener("afterprint", () => { onPaper = false; for (const one of drawn) one.size(one.box.clientWidth); again(); });
})();
