// A grid over the rows of a week: painted by mouse, touch or keyboard. The rows of the form stay what is sent; without
// this script they are filled in by hand.
"use strict";

const DAY = 1440;
const STEP = 30;
const NAMES = ["day", "start", "end", "kind", "site", "setting"];
const MARKS = { free: "○", tariff: "●" };
const clock = (minute) => `${String(Math.floor((minute % DAY) / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
const made = (tag, attributes = {}, ...inside) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...inside);
  return node;
};

for (const week of document.querySelectorAll("[data-week]")) {
  const said = week.dataset;
  const form = week.closest("form");
  const body = week.querySelector("tbody");
  const dayNames = [...body.querySelector("select[name=day]").options].map((option) => [option.value, option.text]);
  const settings = [...body.querySelector("select[name=setting]").options].map((option) => [option.value, option.text]);
  const field = (row, name) => row.querySelector(`[name=${name}]`);

  // Hours as minutes of the week, from the rows that are filled in.
  const read = () =>
    [...body.rows].flatMap((row) => {
      const [day, start, end, kind, site, setting] = NAMES.map((name) => field(row, name).value);
      if (!start || !end) return [];
      const first = dayNames.findIndex(([value]) => value === day) * DAY;
      const until = minutes(end) > minutes(start) ? minutes(end) : minutes(end) + DAY;
      return [{ start: first + minutes(start), end: first + until, kind, site, setting }];
    });

  const write = (hours) => {
    while (body.rows.length < hours.length + 1) body.append(body.rows[body.rows.length - 1].cloneNode(true));
    [...body.rows].forEach((row, at) => {
      const one = hours[at];
      const day = one ? Math.floor(one.start / DAY) : 0;
      const values = one
        ? [dayNames[day][0], clock(one.start), clock(one.end), one.kind, one.site, one.setting]
        : [dayNames[0][0], "", "", "tariff", "", settings[0][0]];
      NAMES.forEach((name, n) => {
        field(row, name).value = values[n];
        field(row, name).setAttribute("aria-label", field(row, name).getAttribute("aria-label").replace(/\d+$/, at + 1));
      });
    });
  };

  // Hours with a stretch painted over; what touches and is the same becomes one, within a day.
  const painted = (hours, start, end, brush) => {
    const left = hours.flatMap((one) =>
      [{ ...one, end: Math.min(one.end, start) }, { ...one, start: Math.max(one.start, end) }].filter((part) => part.start < part.end),
    );
    if (brush.kind) left.push({ ...brush, start, end });
    left.sort((a, b) => a.start - b.start);
    const joined = [];
    for (const one of left) {
      const last = joined[joined.length - 1];
      const same = last && ["kind", "site", "setting"].every((name) => last[name] === one[name]);
      if (same && last.end === one.start && one.start % DAY) last.end = one.end;
      else joined.push(one);
    }
    return joined;
  };

  // The brush: at tariff, off tariff or nothing; where, and for whom.
  const name = `brush-${Math.random().toString(36).slice(2, 8)}`;
  const kinds = [["tariff", `${MARKS.tariff} ${said.tariff}`], ["free", `${MARKS.free} ${said.free}`], ["", said.none]];
  const options = made("div", { class: "options" });
  kinds.forEach(([value, label], at) => {
    const radio = made("input", { type: "radio", value, ...(at === 1 ? { checked: "" } : {}) });
    radio.name = name;
    options.append(made("label", {}, radio, made("span", {}, label)));
  });
  const siteField = made("input", { "aria-label": said.site, maxlength: "40", autocomplete: "off", placeholder: said.site });
  const settingField = made("select", { "aria-label": said.setting });
  settingField.append(...settings.map(([value, label]) => made("option", { value }, label)));
  const tools = made("fieldset", { class: "choice brush" }, made("legend", {}, said.brush), options, made("div", { class: "row" }, siteField, settingField));
  // What is chosen for the brush is not part of what is sent, and does not change it.
  tools.addEventListener("change", (event) => event.stopPropagation());
  const first = read()[0];
  if (first) [siteField.value, settingField.value] = [first.site, first.setting];
  const brush = () => ({ kind: tools.querySelector("input:checked").value, site: siteField.value.trim(), setting: settingField.value });

  const grid = made("table", { role: "grid", "aria-label": said.label });
  const cells = new Map();
  let [low, high] = [8 * 60, 19 * 60];
  let at = null;

  const draw = () => {
    const hours = read();
    for (const one of hours) {
      low = Math.min(low, Math.floor((one.start % DAY) / 60) * 60);
      high = Math.max(high, one.end % DAY === 0 || Math.floor((one.end - 1) / DAY) > Math.floor(one.start / DAY) ? DAY : Math.ceil((one.end % DAY) / 60) * 60);
    }
    const wanted = `${low}-${high}`;
    if (grid.dataset.shown !== wanted) build(wanted);
    for (const [start, cell] of cells) {
      const parts = hours.filter((one) => one.start < start + STEP && one.end > start);
      const one = parts.sort((a, b) => Math.min(b.end, start + STEP) - Math.max(b.start, start) - (Math.min(a.end, start + STEP) - Math.max(a.start, start)))[0];
      const whole = one && one.start <= start && one.end >= start + STEP;
      cell.className = one ? `${one.kind}${whole ? "" : " partly"}` : "";
      cell.textContent = one ? `${MARKS[one.kind]}${one.site ? ` ${one.site.slice(0, 3)}` : ""}` : "";
      const what = one ? `${said[one.kind]}${one.site ? `, ${said.site} ${one.site}` : ""}${whole ? "" : `, ${said.partly}`}` : said.none;
      cell.setAttribute("aria-label", `${dayNames[Math.floor(start / DAY)][1]} ${clock(start)}, ${what}`);
    }
  };

  const build = (wanted) => {
    grid.dataset.shown = wanted;
    cells.clear();
    const head = made("tr", { role: "row" }, made("td"));
    for (const [, label] of dayNames) head.append(made("th", { scope: "col", role: "columnheader", "aria-label": label }, label.slice(0, 2)));
    const rows = [];
    for (let minute = low; minute < high; minute += STEP) {
      const row = made("tr", { role: "row" }, made("th", { scope: "row", role: "rowheader" }, minute % 60 ? "" : clock(minute)));
      if (minute % 60) row.firstChild.setAttribute("aria-label", clock(minute));
      dayNames.forEach((_, day) => {
        const cell = made("td", { role: "gridcell", tabindex: "-1" });
        cells.set(day * DAY + minute, cell);
        row.append(cell);
      });
      rows.push(row);
    }
    grid.replaceChildren(made("thead", {}, head), made("tbody", {}, ...rows));
    if (!cells.has(at)) at = low;
    cells.get(at).tabIndex = 0;
  };

  const place = (cell) => [...cells].find(([, found]) => found === cell)?.[0];
  const go = (to) => {
    if (!cells.has(to)) return;
    cells.get(at).tabIndex = -1;
    at = to;
    cells.get(at).tabIndex = 0;
    cells.get(at).focus();
  };
  const paint = (from, to) => {
    // A rectangle of cells: on each of its days the same hours.
    const [days, times] = [[from, to].map((one) => Math.floor(one / DAY)), [from, to].map((one) => one % DAY)];
    let hours = read();
    for (let day = Math.min(...days); day <= Math.max(...days); day += 1)
      hours = painted(hours, day * DAY + Math.min(...times), day * DAY + Math.max(...times) + STEP, brush());
    write(hours);
    draw();
    form.dispatchEvent(new Event("painted"));
  };

  let begun = null;
  grid.addEventListener("pointerdown", (event) => {
    begun = place(event.target.closest("[role=gridcell]")) ?? null;
    if (begun === null) return;
    // A finger that moves scrolls the page; a mouse paints.
    if (event.pointerType === "mouse") event.preventDefault();
    event.target.releasePointerCapture?.(event.pointerId);
  });
  grid.addEventListener("pointerover", (event) => {
    const over = place(event.target.closest("[role=gridcell]"));
    for (const [start, cell] of cells) {
      const inside = begun !== null && over !== undefined && event.pointerType === "mouse"
        && between(start % DAY, begun % DAY, over % DAY) && between(Math.floor(start / DAY), Math.floor(begun / DAY), Math.floor(over / DAY));
      cell.classList.toggle("marked", inside);
    }
  });
  const between = (value, one, other) => Math.min(one, other) <= value && value <= Math.max(one, other);
  document.addEventListener("pointerup", (event) => {
    const cell = event.target instanceof Element ? event.target.closest("[role=gridcell]") : null;
    const over = cell && grid.contains(cell) ? place(cell) : undefined;
    if (begun !== null && over !== undefined) {
      paint(begun, over);
      go(over);
    }
    begun = null;
  });
  document.addEventListener("pointercancel", () => { begun = null; });

  let anchor = null;
  grid.addEventListener("keydown", (event) => {
    const moves = { ArrowUp: -STEP, ArrowDown: STEP, ArrowLeft: -DAY, ArrowRight: DAY };
    if (event.key in moves) {
      event.preventDefault();
      anchor = event.shiftKey ? (anchor ?? at) : null;
      go(at + moves[event.key]);
      for (const [start, cell] of cells)
        cell.classList.toggle("marked", anchor !== null && between(start % DAY, anchor % DAY, at % DAY) && between(Math.floor(start / DAY), Math.floor(anchor / DAY), Math.floor(at / DAY)));
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      paint(anchor ?? at, at);
      anchor = null;
    }
  });

  body.addEventListener("change", draw);
  draw();
  week.prepend(tools, made("p", { class: "hint" }, said.how), made("div", { class: "table grid-of-week" }, grid));
  week.querySelector("details").open = false;
}
